"""Shortfalls as results come in and change, and what people decide about them."""

from typing import Any

from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.interview_record.v1 import fact_pb2, kpi_pb2, playbook_pb2
from tandem.interview_record.v1 import shortfall_pb2 as pb

TARGET, TEAM, FALLING = 1, 2, 3
FOUND, ACCEPTED, DISMISSED, GONE = 1, 2, 3, 4


async def decide(world: Any, by: Any, action: str, found: pb.Shortfall, **more: Any) -> pb.Shortfall:
    request = getattr(pb, f"{action}ShortfallRequest")(shortfall_id=found.id, expected_version=found.version, **more)
    return (await world.call(by, f"{action}Shortfall", request)).shortfall


async def test_a_salesperson_fifteen_percent_below_the_team_is_found_with_the_sum(world: Any) -> None:
    await world.team(6)
    values = {f"S{index:02}": [20.4] for index in range(2, 7)}
    await world.months({"S01": [17], **values}, target="17")
    (found,) = await world.shortfalls()
    assert (found.person_id, list(found.met_tests)) == (str(world.numbers["S01"]), [TEAM])
    assert (found.sum.team_size, found.sum.team_mean, found.state) == (6, "19.8333", FOUND)
    assert found.sum.below_mean_percent == "14.29"
    assert found.confidence == 1
    assert "6 people of the same manager: mean 19.83" in found.sum.explanation.en
    assert "同一经理的团队（6 人）均值 19.83" in found.sum.explanation.zh_cn


async def test_two_tests_that_agree_are_of_high_confidence_and_come_first_by_size(world: Any) -> None:
    await world.team(1)
    await world.months({"S01": [20, 19, 18, 15]}, target="19")
    found = await world.shortfalls()
    assert [(each.period_from, list(each.met_tests), each.confidence) for each in found] == [
        ("2026-09-01", [TARGET, FALLING], 2),
        ("2026-08-01", [TARGET], 1),
    ]
    assert list(found[0].sum.trend) == ["20", "19", "18", "15"]


async def test_a_small_team_without_levels_is_not_compared_and_says_so(world: Any) -> None:
    await world.team(4, level="")
    await world.months({"S01": [10], "S02": [20], "S03": [20], "S04": [20]}, target="15")
    (found,) = await world.shortfalls()
    assert list(found.met_tests) == [TARGET]
    assert found.sum.team_basis == 3
    assert "the level is unknown" in found.sum.explanation.en


async def test_a_corrected_result_takes_the_shortfall_away_and_brings_it_back(world: Any) -> None:
    await world.team(1)
    await world.months({"S01": [10]}, target="20")
    (found,) = await world.shortfalls()
    await world.accept(found)
    await correct(world, "19.5")
    assert not await world.shortfalls()
    (gone,) = await world.shortfalls(state=GONE)
    assert gone.id == found.id
    await correct(world, "11")
    (back,) = await world.shortfalls()
    assert (back.id, back.state, back.shortfall_type) == (found.id, FOUND, "")


async def correct(world: Any, actual: str) -> None:
    (result,) = await world.results()
    request = kpi_pb2.CorrectKpiResultRequest(
        kpi_result_id=result.id, target=result.target, actual=actual, expected_version=result.version
    )
    await world.call(world.manager, "CorrectKpiResult", request)
    await world.settle()


async def test_a_decision_outlives_new_sums(world: Any) -> None:
    await world.team(1)
    await world.months({"S01": [10]}, target="20")
    await world.accept((await world.shortfalls())[0], "attitude")
    await correct(world, "12")
    (found,) = await world.shortfalls()
    assert (found.state, found.shortfall_type, found.sum.below_target_percent) == (ACCEPTED, "attitude", "40")


async def test_a_colleagues_new_result_changes_the_mean_for_everyone(world: Any) -> None:
    await world.team(6)
    await world.months({"S01": [18], **{f"S0{index}": [20] for index in range(2, 7)}})
    assert not await world.shortfalls()
    await world.months({f"S0{index}": [24] for index in range(2, 7)})
    assert [each.person_id for each in await world.shortfalls()] == [str(world.numbers["S01"])]


async def test_a_past_result_that_comes_late_makes_a_later_one_falling(world: Any) -> None:
    await world.team(1)
    await world.months({"S01": [19, 18, 17]})
    assert not await world.shortfalls()
    await world.months({"S01": [20]}, last=6)
    (found,) = await world.shortfalls()
    assert (found.period_from, list(found.met_tests)) == ("2026-09-01", [FALLING])


async def test_who_leaves_is_no_longer_short_nor_part_of_the_team(world: Any) -> None:
    await world.team(6)
    await world.months({"S01": [15], **{f"S0{index}": [20] for index in range(2, 6)}, "S06": [0]})
    assert {each.person_id for each in await world.shortfalls()} == {str(world.numbers["S06"])}
    await world.person("S06", manager=world.manager_id, active=False)
    await world.settle()
    (found,) = await world.shortfalls()
    assert (found.person_id, found.sum.team_size) == (str(world.numbers["S01"]), 5)


async def test_manager_and_hrbp_decide_nobody_else_and_never_about_themselves(world: Any) -> None:
    await world.team(1)
    await world.months({"S01": [10]}, target="20")
    (found,) = await world.shortfalls()
    accept = pb.AcceptShortfallRequest(shortfall_id=found.id, shortfall_type="skill", expected_version=found.version)
    assert await world.refused(world.admin, "AcceptShortfall", accept) == "FORBIDDEN"
    assert await world.refused(world.as_person("S01"), "AcceptShortfall", accept) == "FORBIDDEN"
    stranger = world.harness.person(world.tenant_id, world.root_id)
    assert await world.refused(stranger, "AcceptShortfall", accept) == "NOT_FOUND"
    own = world.harness.person(world.tenant_id, world.numbers["S01"], ("hrbp", world.sales_id))
    assert await world.refused(own, "AcceptShortfall", accept) == "FORBIDDEN"
    accepted = await decide(world, world.hrbp, "Accept", found, shortfall_type="skill")
    assert (accepted.state, accepted.shortfall_type) == (ACCEPTED, "skill")
    assert await world.refused(world.hrbp, "AcceptShortfall", accept) == "VERSION_MISMATCH"
    twice = pb.AcceptShortfallRequest(shortfall_id=found.id, shortfall_type="skill", expected_version=accepted.version)
    assert await world.refused(world.hrbp, "AcceptShortfall", twice) == "ILLEGAL_TRANSITION"


async def test_the_reason_of_a_dismissal_is_for_who_reads_texts(world: Any) -> None:
    await world.team(1)
    await world.months({"S01": [10]}, target="20")
    dismissed = await decide(world, world.manager, "Dismiss", (await world.shortfalls())[0], reason="产假")
    assert (dismissed.state, dismissed.dismissal_reason) == (DISMISSED, "产假")
    assert (await world.shortfalls(world.as_person("S01")))[0].dismissal_reason == "产假"
    assert (await world.shortfalls())[0].dismissal_reason == ""


async def test_everyone_sees_the_figures_of_whom_they_answer_for_and_of_nobody_else(world: Any) -> None:
    await world.person("D01")
    await world.person("M01", manager=world.numbers["D01"], job_family="management", level="M3")
    await world.team(2)
    await world.months({"S01": [10], "S02": [10]}, target="20")
    assert len(await world.shortfalls(world.manager)) == 2
    assert len(await world.shortfalls(world.as_person("D01"))) == 2
    assert len(await world.shortfalls(world.hrbp)) == 2
    assert len(await world.shortfalls(world.as_person("S01"))) == 1
    elsewhere = world.harness.person(world.tenant_id, world.root_id, ("hrbp", world.tenant_id))
    assert not await world.shortfalls(elsewhere)
    assert not await world.results(elsewhere)


async def test_looking_with_a_stricter_playbook_finds_more_and_keeps_it_so(world: Any) -> None:
    await world.team(1)
    await world.months({"S01": [19.5]}, target="20")
    assert not await world.shortfalls()
    playbook = await stricter(world)
    request = pb.FindShortfallsRequest(
        period_from="2026-01-01", period_until="2026-12-31", playbook_id=playbook.id, under_unit_id=str(world.sales_id)
    )
    answer = await world.call(world.hrbp, "FindShortfalls", request)
    await world.settle()
    assert (await world.operation(answer.operation_id)).result == {"found": 1}
    await correct(world, "19.4")
    (found,) = await world.shortfalls()
    assert found.sum.below_target_percent == "3"


async def stricter(world: Any) -> playbook_pb2.Playbook:
    request = playbook_pb2.DerivePlaybookRequest(from_playbook_id=world.standard_id, code="strict")
    request.name.en = "Strict"
    derived = (await world.call(world.admin, "DerivePlaybook", request)).playbook
    derived.rules.shortfall.below_target_percent = 2
    update = playbook_pb2.UpdatePlaybookRequest(
        playbook_id=derived.id, rules=derived.rules, expected_version=derived.version
    )
    changed = (await world.call(world.admin, "UpdatePlaybook", update)).playbook
    publish = playbook_pb2.PublishPlaybookRequest(playbook_id=derived.id, expected_version=changed.version)
    return (await world.call(world.admin, "PublishPlaybook", publish)).playbook


async def test_a_result_is_typed_in_once_and_then_corrected(world: Any) -> None:
    await world.team(1)
    metric = kpi_pb2.PutMetricRequest(code="calls", direction=1, measure_unit="pieces")
    metric.name.en = "Calls"
    await world.call(world.admin, "PutMetric", metric)
    typed = kpi_pb2.RecordKpiResultRequest(
        person_id=str(world.numbers["S01"]),
        metric_code="calls",
        period_from="2026-09-01",
        period_until="2026-09-30",
        actual="12",
    )
    made = (await world.call(world.manager, "RecordKpiResult", typed, key="one")).kpi_result
    assert (await world.call(world.manager, "RecordKpiResult", typed, key="one")).kpi_result.id == made.id
    assert (made.actual, made.weight, made.import_id) == ("12", "1", "")
    assert await world.refused(world.manager, "RecordKpiResult", typed) == "RESULT_EXISTS"
    typed.metric_code = "unknown"
    assert await world.refused(world.manager, "RecordKpiResult", typed) == "NOT_FOUND"
    turned = kpi_pb2.PutMetricRequest(code="calls", direction=2, measure_unit="pieces", expected_version=1)
    turned.name.en = "Calls"
    assert await world.refused(world.admin, "PutMetric", turned) == "METRIC_IN_USE"


async def test_a_fact_is_corrected_by_another(world: Any) -> None:
    await world.team(1)
    typed = fact_pb2.RecordFactRequest(
        person_id=str(world.numbers["S01"]), kind=3, happened_on="2026-09-15", text="签下一家客户", evidence="HT-1"
    )
    made = (await world.call(world.manager, "RecordFact", typed)).fact
    correction = fact_pb2.CorrectFactRequest(
        fact_id=made.id, happened_on="2026-09-15", text="签下两家客户", expected_version=made.version
    )
    new = (await world.call(world.manager, "CorrectFact", correction)).fact
    assert (new.text, new.supersedes_id) == ("签下两家客户", made.id)
    correction.expected_version = made.version + 1
    assert await world.refused(world.manager, "CorrectFact", correction) == "SUPERSEDED"
    listed = (await world.call(world.manager, "ListFacts", fact_pb2.ListFactsRequest())).facts
    assert [each.id for each in listed] == [new.id]


async def test_an_older_event_of_a_person_changes_nothing(world: Any) -> None:
    await world.team(1)
    old = people.PersonFacts(person_id=str(world.numbers["S01"]), unit_id=str(world.root_id), external_id="old")
    await world.happens(world.numbers["S01"], directory.PersonChanged(person=old), sequence=1, epoch=0)
    await world.months({"S01": [10]}, target="20")
    assert len(await world.shortfalls(world.hrbp)) == 1
