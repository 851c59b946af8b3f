"""The workers' figure: its curve is the library's, its points are measured, and it says whose."""

import itertools

import numpy as np
import pytest

from nnbook.experiments import scale, workers
from nnbook.figures import Workers
from nnbook.figures.workers import compute

RUN = workers.Run(
    {}, 0,
    all_reduce=2 * 1e-4 + scale.ring_bytes(np.array(workers.SIZES), 2) / 1e9,
    updates=np.array([[1e-3, 2e-3], [2e-3, 2e-3], [1e-2, 6e-3]]),
)  # fmt: skip


def test_the_link_and_the_core_are_those_of_the_run():
    place = compute.places(compute.measured(RUN))["core"]["here"]
    assert (place.latency, place.bandwidth) == pytest.approx((1e-4, 1e9))
    products = 3 * np.array([scale.Task(w).parameters for w in workers.NETWORKS]) * 64
    line = scale.fitted(products, RUN.updates[:, 0])
    assert (place.fixed, place.product) == pytest.approx((line.fixed, line.each))


def test_a_faster_link_is_faster_and_a_card_faster_than_a_core():
    places = compute.places(compute.measured(RUN))
    rates = [places["core"][link].bandwidth for link in ("gigabit", "rack", "center")]
    assert rates == sorted(rates)
    assert rates[0] == 1e9 / 8
    assert places["card"]["here"].product < places["core"]["here"].product / 100


def test_the_points_are_the_measured_speed_ups():
    figure = Workers(run=RUN)
    assert [v for _, v in figure.points] == pytest.approx([0.5, 1, 1 / 0.6])
    assert "measured when this page was built" in figure.where


def test_without_a_run_the_points_are_recorded_and_it_says_when_and_where():
    figure, record = Workers(k=1, p=5.0), [r for r in scale.recorded() if r["workers"]][-1]
    assert figure.where == f"recorded on {record['date']}, on {record['machine']}"
    assert record["date"] in figure.still().say


def circles(figure):
    return figure.still().picture.count('r="4.5"')


def test_measured_points_stand_only_where_the_settings_are_those_of_the_measurement():
    assert circles(Workers(run=RUN, k=1, p=5.0)) == 1 + 3  # over n, and by size
    assert circles(Workers(run=RUN, k=1, p=5.5)) == 3
    assert circles(Workers(run=RUN, k=2, p=5.0)) == 1
    for other in ({"b": 7}, {"link": "gigabit"}, {"worker": "card"}, {"batch": "own"}):
        assert circles(Workers(run=RUN, k=1, p=5.0, **other)) == 0, other


def test_rows_add_up_to_the_librarys_time():
    figure = Workers(run=RUN, p=6.0, b=10, link="rack")
    place = compute.places(compute.measured(RUN))["core"]["rack"]
    for n, speed, *parts in figure.rows():
        assert sum(parts) == pytest.approx(scale.seconds(place, 1e6, 1024, n))
        assert speed == pytest.approx(scale.speed_up(place, 1e6, 1024, n))


def test_the_readout_says_where_a_shared_batch_is_done_soonest():
    figure = Workers(run=RUN, p=6.0, b=14, link="gigabit")
    place = compute.places(compute.measured(RUN))["core"]["gigabit"]
    said = figure.still().out["most"]
    assert float(said.replace(",", "")) == round(scale.most_useful(place, 1e6, 2.0**14))
    assert Workers(run=RUN, p=6.0, b=4, link="gigabit").still().out["most"] == "1"
    assert Workers(run=RUN, batch="own").still().out["most"] == "each one adds"


def test_the_readout_is_right_where_a_whole_number_of_workers_is_best():
    counts, places = np.arange(1, 20_001), compute.places(compute.measured(RUN))
    for worker, link, p, b in itertools.product(
        compute.WORKERS, compute.LINKS, (4.0, 5.5, 7.0), (4, 11, 15, 19, 22)
    ):
        settings = {"worker": worker, "link": link, "p": p, "b": b}
        place = places[worker][link]
        time = scale.seconds(place, 10**p, 2.0**b, counts)
        said = Workers(run=RUN, **settings).still().out["most"].replace(",", "")
        if int(said) < counts[-1]:
            assert int(said) == counts[time.argmin()], settings
        speed = scale.speed_up(place, 10**p, 2.0**b, counts[:16_384], shared=False)
        said = Workers(run=RUN, batch="own", **settings).still().out["most"]
        gains = np.flatnonzero(np.diff(speed) > 0)
        first = counts[gains[0]] if len(gains) else None
        assert said == (
            "none adds" if first is None else
            "each one adds" if first == 1 else f"each beyond {first:,} adds"
        ), settings  # fmt: skip


def test_the_answers_hold():
    asked = {question["key"]: question for question in Workers(run=RUN).questions}
    assert asked["second"]["right"] == 2  # 1.0 times is no faster
    assert asked["second"]["explain"].startswith("1.00 times.")
    here = compute.places(compute.measured(RUN))["core"]["here"]
    gains = [float(scale.speed_up(here, size, b, 2)) for size, b in ((1e6, 64), (1e5, 4096))]
    assert asked["help"]["right"] == int(np.argmax(gains))
    end = scale.most_useful(here._replace(latency=1e-4, bandwidth=1e9 / 8), 1e6, 2.0**14)
    assert f"{end:.0f} workers" in asked["end"]["explain"]
