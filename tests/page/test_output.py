"""What code prints on its way to the page."""

from nnbook.page import output


def said(work):
    messages = []
    with output.to(messages.append):
        work()
    return messages


def test_it_comes_in_few_messages_and_whole():
    messages = said(lambda: [print(i) for i in range(1000)])
    assert "".join(messages) == "".join(f"{i}\n" for i in range(1000))
    assert len(messages) < 100


def test_a_million_lines_end_with_a_word():
    text = "".join(said(lambda: [print("line") for _ in range(100_000)]))
    assert len(text) == output.MOST + len(output.CUT)
    assert text.endswith(output.CUT)


def test_what_is_displayed_comes_in_its_place():
    def work():
        print("one")
        output.display(2, output.Markdown("three"))
        output.display({"a": 1}, raw=True)
        print("four")

    assert "".join(said(work)) == "one\n2\nthree\nfour\n"


def test_a_repr_that_raises_is_said_in_words():
    class Bad:
        def __repr__(self):
            raise ValueError("no")

    assert output.shown(Bad()) == "(of type Bad, whose __repr__ raised ValueError: no)"
