"""The list of attacks names places that are there; the list of sentences has what it promises."""

import sentences


def test_every_attack_names_a_place_that_is_there():
    there = {(page, place) for page, place, _ in sentences.places()}
    for page, lines in sentences.attacks().items():
        for place, _ in lines:
            assert (page, place) in there, f"{page}: there is no {place}"


def test_a_line_that_is_no_attack_is_noticed():
    text = sentences.ATTACKS.read_text("utf-8").split("\n## ", 1)[-1]
    written = sum(line.startswith("- ") for line in text.splitlines())
    assert written == sum(map(len, sentences.attacks().values()))


def test_sentences_that_compare_generalize_or_explain_are_listed_and_others_are_not():
    text = """
    Ten neurons are better. Here are two numbers. It never ends, because (say) $a > 0$.

    ```
    the best of all
    ```
    - Rates from 87 % to 95 %
    - It is [a line](at.md#the-best).
    """
    listed = list(sentences.sentences(text.replace("\n    ", "\n")))
    assert listed == [
        "Ten neurons are better.",
        "It never ends, because (say) $a > 0$.",
        "- Rates from 87 % to 95 %",
    ]
