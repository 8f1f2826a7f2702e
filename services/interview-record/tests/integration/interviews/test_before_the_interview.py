import hashlib
import json
from datetime import UTC, timedelta
from typing import Any

import grpc
import rfc8785
from common.ids import new_id
from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import briefing_pb2 as briefings
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import interview_pb2 as pb
from tandem.interview_record.v1 import preparation_pb2 as preparation
from tandem.interview_record.v1 import self_analysis_pb2 as voice
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as bookings


async def test_an_opened_interview_says_its_dimensions_rules_and_shortfalls_in_its_event(world: Any) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])

    (opened,) = await world.harness.published(world.database, events.InterviewOpened)
    known = opened.interview

    assert known.interview_id == interview_id
    assert known.dimensions.job_family == "sales"
    assert known.dimensions.manager_id == str(world.manager_id)
    assert known.rules.notice.notice_days == 3
    assert [(each.shortfall_type, each.metric_code) for each in known.shortfalls] == [("skill", "conversion")]


async def test_a_second_case_of_the_same_employee_is_refused(world: Any) -> None:
    await world.open()
    request = pb.OpenInterviewRequest(
        employee_id=str(world.employee_id),
        playbook_id=str(world.playbook_id()),
        hold_by="2026-10-23",
        period_from="2026-09-01",
        period_until="2026-09-30",
    )

    assert await world.refused(world.manager, "OpenInterview", request) == "HAS_OPEN_INTERVIEW"


async def test_a_hold_by_date_that_no_working_day_with_notice_reaches_is_refused(world: Any) -> None:
    request = pb.OpenInterviewRequest(
        employee_id=str(world.employee_id),
        playbook_id=str(world.playbook_id()),
        hold_by="2026-10-08",
        period_from="2026-09-01",
        period_until="2026-09-30",
    )

    assert await world.refused(world.manager, "OpenInterview", request) == "HOLD_BY_TOO_EARLY"


async def test_a_stranger_may_not_know_that_the_interview_exists(world: Any) -> None:
    interview_id = await world.open()
    stranger = world.harness.person(world.tenant_id, new_id())

    assert (
        await world.refused(stranger, "GetInterview", pb.GetInterviewRequest(interview_id=interview_id)) == "NOT_FOUND"
    )
    listed = await world.call(stranger, "ListInterviews", pb.ListInterviewsRequest())
    assert not listed.interviews


async def test_the_goal_is_the_employees_to_read_once_it_is_shared_and_never_the_managers_manager(world: Any) -> None:
    interview_id = await world.open()
    await world.set_goal(interview_id)
    director = world.harness.person(world.tenant_id, world.director_id)

    before = await world.interview(interview_id, world.employee)
    await world.share(interview_id)
    after = await world.interview(interview_id, world.employee)
    above = await world.interview(interview_id, director)

    assert before.core_goal == ""
    assert after.core_goal == "一个月内转化率提升 10%"
    assert (above.core_goal, above.state) == ("", facts.INTERVIEW_STATE_OPEN)
    listed = await world.call(director, "ListInterviews", pb.ListInterviewsRequest())
    assert [each.id for each in listed.interviews] == [interview_id]


async def test_the_data_sheet_shows_completion_team_mean_and_shortfall_with_its_sum(world: Any) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])

    request = briefings.GetDataSheetRequest(interview_id=interview_id)
    sheet = (await world.call(world.manager, "GetDataSheet", request)).data_sheet

    (kpi,) = sheet.kpis
    assert (kpi.result.actual, kpi.completion_percent, kpi.team_mean, kpi.team_size) == ("17", "85", "20", 6)
    assert kpi.team_difference_percent == "-15"
    assert sheet.shortfalls[0].sum.below_mean_percent == "15"
    assert "15" in sheet.shortfalls[0].sum.explanation.zh_cn
    assert [each.text for each in sheet.highlights] == ["签下两家重点客户"]


async def test_the_employee_does_not_see_the_sheet_before_it_is_shared(world: Any) -> None:
    interview_id = await world.open()

    request = briefings.GetDataSheetRequest(interview_id=interview_id)

    assert await world.refused(world.employee, "GetDataSheet", request) == "NOT_FOUND"


async def test_a_shared_briefing_is_canonical_json_under_its_own_hash(world: Any) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    await world.set_goal(interview_id)

    shared = await world.share(interview_id)

    assert hashlib.sha256(shared.content).digest() == shared.content_hash
    assert rfc8785.dumps(json.loads(shared.content)) == shared.content
    assert [each.minutes for each in shared.agenda.items] == [5, 15, 20, 10]
    (event,) = await world.harness.published(world.database, events.InterviewBriefed)
    assert event.content_hash == shared.content_hash
    assert not event.correction


async def test_a_briefing_without_goal_and_one_without_change_are_refused(world: Any) -> None:
    interview_id = await world.open()
    version = (await world.interview(interview_id)).version
    request = briefings.ShareBriefingRequest(interview_id=interview_id, expected_version=version)
    assert await world.refused(world.manager, "ShareBriefing", request) == "CORE_GOAL_MISSING"

    await world.set_goal(interview_id)
    await world.share(interview_id)
    request.expected_version = (await world.interview(interview_id)).version

    assert await world.refused(world.manager, "ShareBriefing", request) == "NOTHING_CHANGED"


async def test_a_correction_is_a_new_version_and_what_was_shared_stays_shared(world: Any) -> None:
    interview_id = await world.open()
    await world.set_goal(interview_id)
    await world.book(interview_id, world.at("10-12", "14:00"))
    first = await world.share(interview_id)
    world.clock.set(world.at("10-09", "10:00"))
    await world.set_goal(interview_id, "一个月内转化率提升 8%")

    second = await world.share(interview_id)

    assert (first.correction, second.correction, second.briefing_version) == (False, True, 2)
    assert not (await world.steps())["shared", ""].late
    old = briefings.GetBriefingRequest(interview_id=interview_id, briefing_version=1)
    kept = (await world.call(world.employee, "GetBriefing", old)).briefing
    assert kept.agenda.core_goal == "一个月内转化率提升 10%"


async def test_the_employees_first_look_is_remembered_and_every_other_reader_is_on_record(world: Any) -> None:
    interview_id = await world.open()
    await world.set_goal(interview_id)
    await world.share(interview_id)
    world.clock.advance(timedelta(hours=1))
    request = briefings.GetBriefingRequest(interview_id=interview_id)
    await world.call(world.employee, "GetBriefing", request)
    await world.call(world.hrbp, "GetBriefing", request)

    listed = await world.call(world.manager, "ListBriefings", briefings.ListBriefingsRequest(interview_id=interview_id))
    reads = await world.call(
        world.employee, "ListInterviewReads", pb.ListInterviewReadsRequest(interview_id=interview_id)
    )

    assert listed.briefings[0].seen_at.ToDatetime(tzinfo=UTC) == world.clock.system()
    assert (reads.reads[0].reader_id, reads.reads[0].resource_type) == (str(world.hrbp_id), "briefing")
    assert str(world.employee_id) not in {each.reader_id for each in reads.reads}
    request = pb.ListInterviewReadsRequest(interview_id=interview_id)
    assert await world.refused(world.manager, "ListInterviewReads", request) == "FORBIDDEN"


async def test_a_self_analysis_is_sealed_until_it_is_submitted_and_its_event_holds_no_text(world: Any) -> None:
    interview_id = await world.open()
    saved = await world.call(
        world.employee,
        "SaveSelfAnalysis",
        voice.SaveSelfAnalysisRequest(interview_id=interview_id, causes="跟进太少", requests=["需求挖掘培训"]),
    )
    request = voice.GetSelfAnalysisRequest(interview_id=interview_id)
    assert await world.refused(world.manager, "GetSelfAnalysis", request) == "NOT_FOUND"
    assert await world.refused(world.hrbp, "GetSelfAnalysis", request) == "NOT_FOUND"

    await world.call(
        world.employee,
        "SubmitSelfAnalysis",
        voice.SubmitSelfAnalysisRequest(interview_id=interview_id, expected_version=saved.self_analysis.version),
    )

    read = (await world.call(world.manager, "GetSelfAnalysis", request)).self_analysis
    (event,) = await world.harness.published(world.database, events.InterviewSelfAnalysisSubmitted)
    assert [each.text for each in read.requests] == ["需求挖掘培训"]
    assert event.interview.requests[0].request_id == read.requests[0].id
    assert event.interview.requests[0].keyed_hash == read.requests[0].keyed_hash
    assert "培训".encode() not in event.SerializeToString()
    again = voice.SubmitSelfAnalysisRequest(interview_id=interview_id, expected_version=read.version)
    assert await world.refused(world.employee, "SubmitSelfAnalysis", again) == "ALREADY_SUBMITTED"


async def test_only_the_employee_writes_the_self_analysis(world: Any) -> None:
    interview_id = await world.open()
    request = voice.SaveSelfAnalysisRequest(interview_id=interview_id, causes="x")

    assert await world.refused(world.manager, "SaveSelfAnalysis", request) == "FORBIDDEN"


async def test_a_moved_booking_moves_what_is_open_and_leaves_what_is_done(world: Any) -> None:
    at = world.at
    interview_id = await world.open()
    await world.set_goal(interview_id)
    first = await world.book(interview_id, at("10-12", "14:00"))
    goal_before = (await world.steps())["goal_set", ""]

    second = await world.book(interview_id, at("10-15", "10:00"), replaces_booking_id=str(first))
    moved = world.booking(first, interview_id, at("10-12", "14:00"), state=bookings.BOOKING_STATE_MOVED)
    await world.happens(first, scheduling.BookingMoved(booking=moved))

    ledger = await world.steps()
    assert ledger["shared", ""].due_at.ToDatetime(tzinfo=UTC) == at("10-12", "18:00")
    assert ledger["self_analysis", ""].due_at.ToDatetime(tzinfo=UTC) == at("10-15", "10:00")
    assert ledger["goal_set", ""] == goal_before
    assert (await world.interview(interview_id)).booking_id == str(second)


async def test_a_declined_booking_leaves_the_open_steps_without_a_due_date(world: Any) -> None:
    interview_id = await world.open()
    booking_id = await world.book(interview_id, world.at("10-12", "14:00"))

    declined = world.booking(
        booking_id, interview_id, world.at("10-12", "14:00"), state=bookings.BOOKING_STATE_DECLINED
    )
    await world.happens(booking_id, scheduling.BookingDeclined(booking=declined))

    assert not (await world.steps())["shared", ""].HasField("due_at")
    assert (await world.interview(interview_id)).booking_id == ""


async def test_a_new_calendar_moves_only_what_is_still_open(world: Any) -> None:
    at = world.at
    interview_id = await world.open()
    await world.set_goal(interview_id)
    await world.book(interview_id, at("10-14", "14:00"))
    assert (await world.steps())["shared", ""].due_at.ToDatetime(tzinfo=UTC) == at("10-10", "18:00")

    await world.publish_calendar(version=2, extra_free=("2026-10-12", "2026-10-23"))
    assert await world.work() == 1

    ledger = await world.steps()
    assert ledger["shared", ""].due_at.ToDatetime(tzinfo=UTC) == at("10-09", "18:00")
    assert ledger["held", ""].due_at.ToDatetime(tzinfo=UTC) == at("10-22", "18:00")
    assert ledger["goal_set", ""].due_at.ToDatetime(tzinfo=UTC) == at("10-10", "18:00")


async def test_a_waived_step_needs_the_hrbp_and_comes_before_its_due_date(world: Any) -> None:
    interview_id = await world.open()
    await world.book(interview_id, world.at("10-12", "14:00"))
    request = pb.WaiveStepRequest(
        interview_id=interview_id, step=steps.STEP_SELF_ANALYSIS, reason=steps.WAIVER_REASON_ABSENCE, note="病假"
    )
    assert await world.refused(world.manager, "WaiveStep", request) == "FORBIDDEN"

    await world.call(world.hrbp, "WaiveStep", request)

    waived = (await world.steps())["self_analysis", ""]
    assert isinstance(waived, steps.StepWaived)
    assert waived.reason == steps.WAIVER_REASON_ABSENCE
    assert await world.refused(world.hrbp, "WaiveStep", request) == "STEP_CLOSED"
    world.clock.set(world.at("10-08", "18:01"))
    request.step = steps.STEP_SHARED
    assert await world.refused(world.hrbp, "WaiveStep", request) == "STEP_CLOSED"


async def test_under_the_light_playbook_the_manager_waives_and_the_self_analysis_is_only_invited(world: Any) -> None:
    interview_id = await world.open(playbook_id=world.playbook_id("light"))
    assert not (await world.steps())["self_analysis", ""].key.required

    request = pb.WaiveStepRequest(
        interview_id=interview_id, step=steps.STEP_DATA_READY, reason=steps.WAIVER_REASON_URGENCY, note="急"
    )
    await world.call(world.manager, "WaiveStep", request)

    assert isinstance((await world.steps())["data_ready", ""], steps.StepWaived)


async def test_suggestions_name_the_metric_its_figures_and_fit_the_person(world: Any) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])

    request = preparation.SuggestCoreGoalRequest(interview_id=interview_id)
    (found,) = (await world.call(world.manager, "SuggestCoreGoal", request)).suggestions

    assert found.core_goal.zh_cn == "把线索转化率从 17 提升到 20，第一周先走 5%"
    assert found.core_goal.en.startswith("Bring Lead conversion up from 17 to 20")
    assert len(found.directions) == 4
    assert await world.refused(world.employee, "SuggestCoreGoal", request) == "FORBIDDEN"


async def test_the_agenda_shows_guides_to_the_manager_and_not_to_the_employee(world: Any) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    await world.set_goal(interview_id)
    await world.share(interview_id)
    request = briefings.GetAgendaRequest(interview_id=interview_id)

    for_manager = (await world.call(world.manager, "GetAgenda", request)).agenda
    for_employee = (await world.call(world.employee, "GetAgenda", request)).agenda

    review = for_manager.items[1].guide
    assert review.shortfall_type == "skill"
    assert "线索转化率" in "".join(each.zh_cn for each in review.openings)
    assert not any(each.HasField("guide") for each in for_employee.items)


async def test_confirming_data_needs_at_least_one_fact(world: Any) -> None:
    interview_id = await world.open_for(world.manager_id, by=world.hrbp)
    request = preparation.ConfirmDataRequest(interview_id=interview_id, expected_version=1)

    assert await world.refused(world.hrbp, "ConfirmData", request) == "NO_FACTS"


async def test_a_stale_version_and_a_repeated_key_are_told_apart(world: Any) -> None:
    interview_id = await world.open()
    await world.set_goal(interview_id)
    stale = preparation.ConfirmDataRequest(interview_id=interview_id, expected_version=1)
    assert await world.refused(world.manager, "ConfirmData", stale) == "VERSION_MISMATCH"

    request = preparation.ConfirmDataRequest(
        interview_id=interview_id, expected_version=(await world.interview(interview_id)).version
    )
    first = await world.call(world.manager, "ConfirmData", request, key="one")
    second = await world.call(world.manager, "ConfirmData", request, key="one")

    assert first.interview == second.interview


async def test_a_list_shows_exactly_the_interviews_that_may_be_read_one_by_one(world: Any) -> None:
    interview_id = await world.open()
    director = world.harness.person(world.tenant_id, world.director_id)
    anyone = [world.harness.person(world.tenant_id, each) for each in (*world.others[:2], new_id())]
    by_role = [
        world.harness.person(world.tenant_id, new_id(), grant)
        for grant in ("hr_admin", "auditor", ("hrbp", world.unit_id), ("hrbp", new_id()))
    ]
    for identity in (world.manager, world.employee, world.hrbp, director, *anyone, *by_role):
        listed = await world.call(identity, "ListInterviews", pb.ListInterviewsRequest())
        try:
            await world.interview(interview_id, identity)
            readable = True
        except grpc.aio.AioRpcError:
            readable = False
        assert bool(listed.interviews) is readable


async def test_lists_page_by_key_and_a_token_fits_only_its_own_question(world: Any) -> None:
    for each in world.others[:3]:
        await world.open_for(each, by=world.manager)
    first = await world.call(world.manager, "ListInterviews", pb.ListInterviewsRequest(page_size=2))
    rest = await world.call(
        world.manager,
        "ListInterviews",
        pb.ListInterviewsRequest(page_size=2, page_token=first.next_page_token),
    )
    other = pb.ListInterviewsRequest(needs_manager_only=True, page_token=first.next_page_token)

    assert (len(first.interviews), len(rest.interviews), rest.next_page_token) == (2, 1, "")
    assert await world.refused(world.manager, "ListInterviews", other) == "INVALID_REQUEST"
