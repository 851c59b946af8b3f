"""tools/install.py: each step once, healing by itself, and errors that say what to do."""

import os
import subprocess
import sys
from pathlib import Path

import install
import pytest
import stamp

pytestmark = pytest.mark.skipif(os.name == "nt", reason="make is for Linux, macOS and WSL")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project whose steps only note that they ran; calling it runs install.py."""
    for name in {file for files in install.FILES.values() for file in files}:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a==1\n")
    ran = []

    def create():
        ran.append("create")
        install.PYTHON.parent.mkdir(parents=True)
        answer(install.this_python())
        return {"python": install.this_python(), "home": str(tmp_path), "torch": "cpu"}

    def call(*arguments):
        ran.clear()
        monkeypatch.setattr(sys, "argv", ["install.py", *arguments])
        install.main()
        return list(ran)

    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "create", create)
    monkeypatch.setattr(install, "STEPS", {n: lambda n=n: ran.append(n) for n in install.FILES})
    monkeypatch.chdir(tmp_path)
    for variable in ("PYTHON", "TORCH"):
        monkeypatch.delenv(variable, raising=False)
    return call


def answer(text):
    """Lets the .venv's Python answer so, when asked for its version and what it lacks."""
    install.PYTHON.write_text(f"#!/bin/sh\necho {text}\n")
    install.PYTHON.chmod(0o755)


def test_the_first_call_does_everything_and_the_second_nothing(project):
    assert project() == ["create", "packages", "nnbook"]
    assert project() == []


def test_what_the_tests_need_comes_only_when_asked_for(project):
    project()
    assert project("--test") == ["tests"]
    assert project("--test") == project() == []


def test_a_touched_file_installs_nothing(project):
    project()
    for file in ("lock.txt", "pyproject.toml"):
        os.utime(file, (0, 0))
    assert project() == []


@pytest.mark.parametrize(
    ("file", "steps"),
    [
        ("lock.txt", ["packages"]),
        ("pyproject.toml", ["nnbook"]),
        ("tests/lock.txt", ["tests"]),
    ],
)
def test_a_changed_file_repeats_only_the_steps_that_depend_on_it(project, file, steps):
    project("--test")
    Path(file).write_text("a==2\n")
    assert project("--test") == steps


def test_an_installation_cut_short_is_made_anew(project, monkeypatch, capsys):
    def killed():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setitem(install.STEPS, "nnbook", killed)
        with pytest.raises(KeyboardInterrupt):
            project()
    assert project() == ["create", "packages", "nnbook"]
    assert "anew: it was not finished" in capsys.readouterr().out


def test_a_step_that_fails_is_repeated_alone_and_says_why(project, monkeypatch):
    def failing():
        raise install.Failure("no network")

    with monkeypatch.context() as patch:
        patch.setitem(install.STEPS, "nnbook", failing)
        with pytest.raises(install.Failure, match="no network"):
            project()
    assert project() == ["nnbook"]


def test_a_deleted_venv_is_made_anew(project):
    project()
    install.shutil.rmtree(".venv")
    assert project() == ["create", "packages", "nnbook"]


def test_a_venv_that_somebody_made_by_hand_is_kept_beside_the_new_one(project, capsys):
    for k in (1, 2):
        Path(".venv").mkdir()
        Path(".venv/mine").write_text(f"{k}")
        assert project() == ["create", "packages", "nnbook"]
        assert Path(f".venv.kept-{k}/mine").read_text() == f"{k}"
        assert f"it is now .venv.kept-{k}" in capsys.readouterr().out
        install.shutil.rmtree(".venv")


def test_a_venv_whose_python_is_gone_or_another_is_made_anew(project, capsys):
    project()
    install.PYTHON.unlink()
    assert "create" in project()
    answer("3.99")
    assert "create" in project()
    assert "which is now 3.99" in capsys.readouterr().out


def test_a_venv_that_lost_a_package_is_made_anew(project, capsys):
    project()
    answer(f"{install.this_python()} torch")
    assert "create" in project()
    assert "torch is gone from it" in capsys.readouterr().out


def test_a_moved_folder_gets_a_new_venv(project, tmp_path, monkeypatch, capsys):
    project()
    moved = tmp_path.rename(tmp_path.with_name("moved"))
    monkeypatch.setattr(install, "ROOT", moved)
    assert "create" in project()
    assert "the folder was moved" in capsys.readouterr().out


def test_another_python_or_torch_takes_effect_only_when_asked_for(project, monkeypatch):
    project()
    kept = stamp.read(install.STAMP)
    for key, variable, other in [("python", "PYTHON", "3.12"), ("torch", "TORCH", "default")]:
        stamp.write(install.STAMP, kept | {key: other})
        answer(kept["python"] if key == "torch" else other)
        assert project() == []
        monkeypatch.setenv(variable, {"PYTHON": sys.executable, "TORCH": "cpu"}[variable])
        assert "create" in project()


def test_an_unknown_build_of_torch_is_refused(project, monkeypatch):
    monkeypatch.setenv("TORCH", "gpu")
    with pytest.raises(SystemExit, match="TORCH=cpu or TORCH=default"):
        project()


def test_a_python_without_venv_is_named_with_the_cure(monkeypatch):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=rf"apt-get install python{install.this_python()}-venv"):
        install.create()


@pytest.fixture
def pip_calls(tmp_path, monkeypatch):
    """What pip is called with, on a Linux machine where the CPU index can be reached."""
    calls = []
    monkeypatch.chdir(tmp_path)
    Path("lock.txt").write_text("numpy==2 \\\n    --hash=a\ntorch==2.13.0 \\\n    --hash=b\n")
    monkeypatch.delenv("TORCH", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(install, "is_reachable", lambda url: True)
    monkeypatch.setattr(install, "pip", lambda *arguments: calls.append(" ".join(arguments)))
    return calls


REST = "--no-deps --require-hashes -r lock.txt"
FROM_CPU_INDEX = f"--no-deps --index-url {install.TORCH_CPU} torch==2.13.0"
FROM_REGISTRY = "torch==2.13.0"  # and what CUDA's build needs, which the lock leaves out


def test_torch_alone_comes_from_the_index_of_cpu_builds(pip_calls):
    install.install_packages()
    assert pip_calls == [FROM_CPU_INDEX, REST]


def test_an_index_out_of_reach_is_left_for_the_registry_with_a_sentence(
    pip_calls, monkeypatch, capsys
):
    monkeypatch.setattr(install, "is_reachable", lambda url: False)
    install.install_packages()
    assert pip_calls == [FROM_REGISTRY, REST]
    assert "so PyTorch comes from pip's usual registry" in capsys.readouterr().out


def test_an_index_without_this_torch_is_left_for_the_registry_too(pip_calls, monkeypatch, capsys):
    def pip(*arguments):
        pip_calls.append(" ".join(arguments))
        if "--index-url" in arguments:
            raise install.Failure("ERROR: frightening")

    monkeypatch.setattr(install, "pip", pip)
    install.install_packages()
    assert pip_calls == [FROM_CPU_INDEX, FROM_REGISTRY, REST]
    assert "frightening" not in capsys.readouterr().out


def test_the_registrys_torch_is_taken_where_asked_for(pip_calls, monkeypatch, capsys):
    monkeypatch.setenv("TORCH", "default")
    install.install_packages()
    assert pip_calls == [FROM_REGISTRY, REST]
    assert "cannot be used" not in capsys.readouterr().out


def test_where_the_registrys_torch_is_the_cpu_build_it_is_locked_like_the_rest(
    pip_calls, monkeypatch
):
    monkeypatch.setattr(sys, "platform", "darwin")
    install.install_packages()
    assert pip_calls == [REST]


def test_a_torch_that_is_there_is_not_fetched_again(pip_calls):
    Path(".venv/lib/python3.11/site-packages/torch-2.13.0+cpu.dist-info").mkdir(parents=True)
    install.install_packages()
    assert pip_calls == [REST]


def test_an_address_that_refuses_is_out_of_reach():
    assert not install.is_reachable("http://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("WARNING: Retrying: NewConnectionError\nERROR: No matching distribution", "the network"),
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for torch==2.13.0", "try another"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM …", "a mirror that changes packages"),
        ("Collecting a\nERROR: something new", "See above"),
    ],
)
def test_a_failure_says_pips_error_and_what_to_do(said, advice):
    *errors, last = install.explain(said).splitlines()
    assert errors == [line for line in said.splitlines() if line.startswith("ERROR")]
    assert advice in last
    assert "run make again" in last


def test_a_command_is_quiet_unless_it_fails(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(install, "LOG", tmp_path / "log")
    install.run([sys.executable, "-c", "print('well')"])
    with pytest.raises(install.Failure, match="ill"):
        install.run([sys.executable, "-c", "print('ill'); raise SystemExit(3)"])
    assert capfd.readouterr() == ("", "")
    assert "well\n" in install.LOG.read_text()


def test_pip_is_not_led_astray_by_pythonpath(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "LOG", tmp_path / "log")
    monkeypatch.setenv("PYTHONPATH", "/astray")
    install.run([sys.executable, "-c", "import sys; assert '/astray' not in sys.path"])


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("KeyboardInterrupt", "Stopped."),
        ("OSError(28, 'No space left')", "[Errno 28] No space left"),
    ],
)
def test_what_stops_it_from_outside_is_no_traceback(event, said):
    code = "import runpy, install, stamp\n"
    code += f"def stop(*a): raise {event}\n"
    code += "stamp.read = stop\nrunpy.run_path(install.__file__, run_name='__main__')"
    tools = Path(install.__file__).parent
    result = subprocess.run([sys.executable, "-c", code], cwd=tools, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith(said)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"python": "3.11"}'])
def test_a_stamp_that_is_not_whole_counts_for_nothing(project, text):
    project()
    install.STAMP.write_text(text)
    assert "create" in project()
