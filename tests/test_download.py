"""Published files arrive whole, right and once, whatever the network does; tried on loopback."""

import gzip
import hashlib
import os
import re
import socket
import struct
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pooch
import pytest

from nnbook import download
from nnbook.download import Published, Unavailable

CONTENT = bytes(range(256)) * 40
PACKED = gzip.compress(CONTENT, mtime=0)
HASH = hashlib.sha256(CONTENT).hexdigest()
OTHER = b"another data set" * 400
OTHER_HASH = hashlib.sha256(OTHER).hexdigest()
SWAPPED = gzip.compress(OTHER, mtime=0)


class Server(ThreadingHTTPServer):
    """Answers /a/… and /b/… as told: each answer once, the last one again and again."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.over = {}, [], threading.Event()
        self.lock = threading.Lock()

    def addresses(self, **answers):
        """One address for each keyword, in this order, with its answers."""
        self.answers = {name: list(each) for name, each in answers.items()}
        return tuple(f"http://127.0.0.1:{self.server_port}/{name}/" for name in answers)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.split("/")[1]
        with self.server.lock:
            self.server.asked.append(name)
            answers = self.server.answers[name]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def log_message(self, *args):
        pass


def sends(body, length=None, **headers):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def says_not_found(handler):
    handler.send_error(404)


def drops_half_way(handler):
    sends(PACKED[:50], length=len(PACKED))(handler)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def hangs(handler):
    handler.server.over.wait(20)


def hangs_half_way(handler):
    sends(PACKED[:50], length=len(PACKED))(handler)
    handler.wfile.flush()
    hangs(handler)


right = sends(PACKED)
swapped = sends(SWAPPED)
short_of_its_length = sends(PACKED[:50], length=len(PACKED))
short = sends(PACKED[:-20])  # of the length that it says, but not whole
garbled = sends(PACKED[:10] + b"\xff" * 50)
web_page = sends(b"<html>Please log in to this network</html>")


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, no NNBOOK_DATA, no proxy, no waiting; the cache's folder of the data set."""
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.delenv("NNBOOK_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache" / "nnbook" / "toys"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """NNBOOK_DATA's folder of the data set."""
    folder = tmp_path / "data" / "toys"
    folder.mkdir(parents=True)
    monkeypatch.setenv("NNBOOK_DATA", str(tmp_path / "data"))
    return folder


def read(addresses, allowed=True):
    return Published("Toys", "toys", addresses, {"cars": HASH}).read("cars", download=allowed)


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# fetching

BAD = [says_not_found, drops_half_way, short_of_its_length, swapped, short, garbled, web_page]
each_fault = pytest.mark.parametrize("fault", BAD, ids=range(len(BAD)))


def test_a_file_is_fetched_once_and_then_read_from_the_cache(server, cache, capfd, monkeypatch):
    monkeypatch.setattr(pooch.get_logger().handlers[0], "stream", said := StringIO())
    addresses = server.addresses(a=[right])
    assert read(addresses) == CONTENT
    assert f"'cars.gz' from '{addresses[0]}cars.gz'" in said.getvalue()
    assert "100%" in capfd.readouterr().err
    assert read(addresses) == read((), allowed=False) == CONTENT
    assert server.asked == ["a"]
    assert names(cache) == ["cars.gz"]
    assert (cache / "cars.gz").read_bytes() == PACKED
    assert capfd.readouterr().err == ""


@each_fault
def test_what_fails_once_is_fetched_again_from_the_same_address(server, cache, fault):
    assert read(server.addresses(a=[fault, right], b=[swapped])) == CONTENT
    assert server.asked == ["a", "a"]
    assert names(cache) == ["cars.gz"]


@each_fault
def test_what_fails_again_is_fetched_from_the_next_address(server, cache, fault):
    assert read(server.addresses(a=[fault], b=[right])) == CONTENT
    assert server.asked == ["a", "a", "b"]
    assert names(cache) == ["cars.gz"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (says_not_found, "404 Client Error: Not Found for url: .*"),
        (drops_half_way, ".*(Connection reset by peer|forcibly closed|IncompleteRead).*"),
        (short_of_its_length, r"IncompleteRead\(50 bytes read.*"),
        (hangs, ".*Read timed out.*"),
        (hangs_half_way, ".*Read timed out.*"),
        (swapped, f"SHA-256 of the unpacked content must be {HASH}, found {OTHER_HASH}"),
        (web_page, ".*found no whole gzip file .Not a gzipped file.*"),
    ],
)
def test_what_fails_everywhere_leaves_nothing_and_is_told_in_one_line(
    server, cache, monkeypatch, fault, reason
):
    monkeypatch.setattr(download, "TIMEOUT", (5, 0.2))
    tried = "tried 2 addresses for cars.gz, the last with: "
    cure = f"put the file into {cache} or into NNBOOK_DATA/toys"
    with pytest.raises(Unavailable) as error:
        read(server.addresses(a=[fault], b=[fault]))
    sentence = (
        re.escape(f"Toys could not be downloaded ({tried}") + reason + re.escape(f"): {cure}")
    )
    assert re.fullmatch(sentence, str(error.value))
    assert server.asked == ["a", "a", "b", "b"]
    assert names(cache) == []


def test_an_address_has_seconds_to_answer_not_minutes():
    to_connect, between_pieces = download.TIMEOUT
    assert 1 <= to_connect <= 5
    assert 5 <= between_pieces <= 15


def test_without_a_network_the_reason_is_the_systems():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but not listening: refuses connections
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with pytest.raises(Unavailable, match=r"new connection: \[\w+ \d+\] [^()]+\): put the"):
            read((address, address))


def test_a_file_put_into_the_folder_of_that_sentence_is_found(cache):
    cache.mkdir(parents=True)
    (cache / "cars.gz").write_bytes(PACKED)
    assert read(()) == CONTENT


def test_an_interrupted_download_leaves_nothing(cache, monkeypatch):
    def begins_and_is_interrupted(self, url, output_file, pooch):
        Path(output_file).write_bytes(PACKED[:50])
        raise KeyboardInterrupt

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", begins_and_is_interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(("http://127.0.0.1/",))
    assert names(cache) == []


def test_two_downloads_at_once_do_not_disturb_each_other(server, cache):
    both = threading.Barrier(2, timeout=20)

    def waits_half_way_for_the_other(handler):
        sends(PACKED[:50], length=len(PACKED))(handler)
        handler.wfile.flush()
        both.wait()
        handler.wfile.write(PACKED[50:])

    addresses = server.addresses(a=[waits_half_way_for_the_other])
    with ThreadPoolExecutor() as pool:
        contents = list(pool.map(read, [addresses, addresses]))
    assert contents == [CONTENT, CONTENT]
    assert server.asked == ["a", "a"]
    assert names(cache) == ["cars.gz"]


def test_a_file_is_verified_before_it_is_put_in_place(server, cache, monkeypatch):
    seen = []
    verify = download._unpacked

    def look(path, wanted):
        seen.append((cache / "cars.gz").exists())
        return verify(path, wanted)

    monkeypatch.setattr(download, "_unpacked", look)
    read(server.addresses(a=[right]))
    assert seen == [False, True]


def test_the_file_is_asked_for_as_it_is(server):
    """A server that packs or labels gzip on the way would have requests unpack the file."""

    def labels_if_it_may(handler):
        coded = {"Content_Encoding": "gzip"}
        may = "gzip" in handler.headers.get("Accept-Encoding", "")
        sends(PACKED, **(coded if may else {}))(handler)

    assert read(server.addresses(a=[labels_if_it_may])) == CONTENT
    assert server.asked == ["a"]


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(server, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", len(CONTENT) - 1)
    with pytest.raises(Unavailable, match=r"found [0-9a-f]{64}"):
        read(server.addresses(a=[right]))


def test_a_cache_that_cannot_be_written_is_told(server, cache):
    cache.parent.parent.write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match=rf"Not a directory|cannot find|exists.*{cache.name}"):
        read(server.addresses(a=[right]))


# without fetching


@pytest.mark.parametrize("damaged", [False, True])
def test_without_permission_no_address_is_asked_and_no_file_made(server, cache, damaged):
    missing = "is not on this machine"
    if damaged:
        missing = "was damaged on this machine"
        cache.mkdir(parents=True)
        (cache / "cars.gz").write_bytes(SWAPPED)
    with pytest.raises(Unavailable) as error:
        read(server.addresses(a=[right]), allowed=False)
    assert server.asked == []
    assert names(cache) == ["cars.gz"] * damaged
    assert str(error.value) == (
        f"Toys's cars.gz {missing}: load it once without download=False, "
        "or put it into NNBOOK_DATA/toys"
    )


def test_without_pooch_nothing_is_fetched_and_the_cure_names_it(monkeypatch, data):
    monkeypatch.setitem(sys.modules, "pooch", None)  # so that its import fails
    with pytest.raises(Unavailable) as error:
        read(("http://127.0.0.1/",))
    text = "is not on this machine: install pooch, which downloads it, or put it into NNBOOK_DATA"
    assert str(error.value) == f"Toys's cars.gz {text}/toys"
    (data / "cars.gz").write_bytes(PACKED)
    assert read(()) == CONTENT


def test_unavailable_is_an_error_of_the_system():
    assert issubclass(Unavailable, OSError)


@pytest.mark.parametrize("damage", [PACKED[:-1], SWAPPED, b""])
def test_a_file_damaged_in_the_cache_is_fetched_again(server, cache, damage):
    cache.mkdir(parents=True)
    (cache / "cars.gz").write_bytes(damage)
    assert read(server.addresses(a=[right])) == CONTENT
    assert server.asked == ["a"]
    assert (cache / "cars.gz").read_bytes() == PACKED


# NNBOOK_DATA


def test_nnbook_data_comes_before_the_cache_and_the_network(server, cache, data):
    (data / "cars.gz").write_bytes(PACKED)
    cache.mkdir(parents=True)
    (cache / "cars.gz").write_bytes(SWAPPED)
    assert read(server.addresses(a=[right])) == CONTENT
    assert server.asked == []
    assert names(cache) == ["cars.gz"]


def test_what_nnbook_data_lacks_is_fetched_into_the_cache_and_not_there(server, cache, data):
    assert read(server.addresses(a=[right])) == CONTENT
    assert names(cache) == ["cars.gz"]
    assert names(data) == []


def test_the_same_content_packed_on_another_day_is_right(data):
    (data / "cars.gz").write_bytes(gzip.compress(CONTENT, 1, mtime=1_600_000_000))
    assert read(()) == CONTENT


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (SWAPPED, OTHER_HASH),
        (PACKED[:-20], "no whole gzip file (Compressed file ended before the end-of-stream marker"),
        (b"", hashlib.sha256(b"").hexdigest()),
    ],
)
def test_a_wrong_file_in_nnbook_data_is_refused_and_left_alone(server, cache, data, wrong, found):
    path = data / "cars.gz"
    path.write_bytes(wrong)
    addresses = server.addresses(a=[right])
    with pytest.raises(ValueError, match="SHA-256") as error:
        read(addresses)
    text = str(error.value)
    assert text.startswith(f"{path} is not Toys's: SHA-256 of the unpacked content must be {HASH}")
    assert f"found {found}" in text
    assert text.endswith(f"; replace it with {addresses[0]}cars.gz, or remove it")
    assert path.read_bytes() == wrong
    assert names(data) == ["cars.gz"]
    assert server.asked == []
    assert names(cache) == []


def test_nnbook_data_must_be_absolute_and_the_error_says_which_path_it_may_be(monkeypatch):
    for value in ("data", os.path.join("~", "data")):
        monkeypatch.setenv("NNBOOK_DATA", value)
        full = os.path.abspath(os.path.expanduser(value))
        with pytest.raises(ValueError, match="must be an absolute path") as error:
            read((), allowed=False)
        assert str(error.value).endswith(f"got {value!r}: set it to {full}")


def test_nnbook_data_must_be_a_folder_so_that_a_slip_does_not_start_a_download(
    server, tmp_path, monkeypatch
):
    monkeypatch.setenv("NNBOOK_DATA", str(tmp_path / "dta"))
    with pytest.raises(ValueError, match="is not a folder: make it, or unset NNBOOK_DATA"):
        read(server.addresses(a=[right]))
    assert server.asked == []


def test_an_empty_nnbook_data_counts_as_none(monkeypatch):
    monkeypatch.setenv("NNBOOK_DATA", "")
    with pytest.raises(Unavailable):
        read((), allowed=False)


def test_the_largest_file_may_be_unpacked():
    images = 16 + 60_000 * 28 * 28  # bytes of MNIST's training images, with their header
    assert images <= download.LARGEST
