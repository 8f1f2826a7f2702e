"""Drafting: both write, the linter reads along, requests get their answers, and only a whole plan is offered."""

from typing import Any

from tandem.plan_tracking.v1 import draft_pb2 as pb
from tandem.plan_tracking.v1 import plan_pb2, template_pb2


async def test_both_write_and_the_authors_are_shown(world: Any) -> None:
    await world.opens()
    plan_id = await world.draft()
    plan = await world.plan(plan_id)
    measure = plan.newest.goals[0].measures[0]
    request = pb.PutMeasureRequest(
        plan_id=plan_id,
        measure_id=measure.id,
        goal_id=plan.newest.goals[0].id,
        action="每条线索每周至少跟进 4 次",
        owner_id=measure.owner_id,
        due_on=measure.due_on,
        expected_version=plan.version,
    )
    changed = (await world.call(world.employee, "PutMeasure", request)).plan.newest.goals[0].measures[0]
    assert changed.action == "每条线索每周至少跟进 4 次"
    assert (changed.author_id, changed.edited_by) == (str(world.manager_id), str(world.employee_id))


async def test_two_who_edit_the_same_version_do_not_overwrite_each_other(world: Any) -> None:
    await world.opens()
    plan_id = await world.draft()
    plan = await world.plan(plan_id)
    goal = plan.newest.goals[0]
    request = pb.PutMeasureRequest(plan_id=plan_id, goal_id=goal.id, action="陪访两次", expected_version=plan.version)
    await world.call(world.employee, "PutMeasure", request)
    assert await world.refused(world.manager, "PutMeasure", request) == "VERSION_MISMATCH"


async def test_one_interview_has_one_plan_and_strangers_do_not_learn_of_it(world: Any) -> None:
    await world.opens()
    plan_id = await world.draft()
    request = plan_pb2.DraftPlanRequest(interview_id=world.interview_id)
    assert await world.refused(world.employee, "DraftPlan", request) == "PLAN_EXISTS"
    get = plan_pb2.GetPlanRequest(plan_id=plan_id)
    assert await world.refused(world.trainer, "GetPlan", get) == "NOT_FOUND"


async def test_no_plan_is_offered_before_the_session_ended(world: Any) -> None:
    await world.opens()
    plan_id = await world.draft()
    assert await _offer(world, plan_id) == "SESSION_NOT_ENDED"


async def test_a_plan_without_measure_owner_date_or_target_is_refused_place_by_place(world: Any) -> None:
    await world.opens()
    await world.session_ends(world.at("10-12", "14:50"))
    plan = (
        await world.call(world.manager, "DraftPlan", plan_pb2.DraftPlanRequest(interview_id=world.interview_id))
    ).plan
    assert await _codes(world, plan.id) == {("GOAL_MISSING", True)}
    put = pb.PutGoalRequest(plan_id=plan.id, text="要尽快明显提升", expected_version=plan.version)
    goal = await world.call(world.employee, "PutGoal", put)
    found = await _codes(world, plan.id)
    assert {("TARGET_NOT_MEASURABLE", True), ("DATE_MISSING", True), ("MEASURE_MISSING", True)} <= found
    assert ("WORDING_VAGUE", False) in found
    measure = pb.PutMeasureRequest(
        plan_id=plan.id, goal_id=goal.goal_id, action="别再粗心", expected_version=goal.plan.version
    )
    await world.call(world.employee, "PutMeasure", measure)
    found = await _codes(world, plan.id)
    assert {("OWNER_MISSING", True), ("WORDING_BLAMING", False)} <= found
    assert await _offer(world, plan.id) == "PLAN_INCOMPLETE"


async def test_every_request_is_answered_before_a_plan_is_offered(world: Any) -> None:
    await world.opens(requests=2)
    await world.session_ends(world.at("10-12", "14:50"))
    plan_id = await world.draft()
    assert await _offer(world, plan_id) == "REQUESTS_UNANSWERED"
    first, second = (each.request_id for each in world.interview.requests)
    measure = (await world.plan(plan_id)).newest.goals[0].measures[1]
    assert await _answer(world, plan_id, first, accepted=True) == "INVALID_REQUEST"
    assert await _answer(world, plan_id, second, accepted=False) == "INVALID_REQUEST"
    await _answer(world, plan_id, first, accepted=True, measure_id=measure.id)
    await _answer(world, plan_id, second, accepted=False, reason="本季度没有编制")
    plan = await world.offer(plan_id)
    assert [(each.accepted, each.measure_id, each.reason) for each in plan.newest.answers] == [
        (True, measure.id, ""),
        (False, "", "本季度没有编制"),
    ]
    assert all(len(each.keyed_hash) == 32 for each in plan.newest.answers)


async def test_a_removed_measure_leaves_the_request_open_again(world: Any) -> None:
    await world.opens(requests=1)
    await world.session_ends(world.at("10-12", "14:50"))
    plan_id = await world.draft()
    measure = (await world.plan(plan_id)).newest.goals[0].measures[1]
    await _answer(world, plan_id, world.interview.requests[0].request_id, accepted=True, measure_id=measure.id)
    request = pb.RemoveMeasureRequest(
        plan_id=plan_id, measure_id=measure.id, expected_version=await world.version(plan_id)
    )
    await world.call(world.manager, "RemoveMeasure", request)
    assert ("ANSWER_WITHOUT_MEASURE", True) in await _codes(world, plan_id)


async def test_a_draft_starts_from_the_most_specific_template_that_fits_the_shortfall(world: Any) -> None:
    await world.opens()
    request = template_pb2.SuggestTemplatesRequest(interview_id=world.interview_id)
    templates = (await world.call(world.manager, "SuggestTemplates", request)).templates
    assert [each.code for each in templates[:2]] == ["skill.sales.needs_improvement", "skill.any.needs_improvement"]
    draft = plan_pb2.DraftPlanRequest(interview_id=world.interview_id, template_ids=[templates[0].id])
    plan = (await world.call(world.manager, "DraftPlan", draft)).plan
    goal = plan.newest.goals[0]
    assert goal.metric_code == "conversion"
    assert goal.shortfall_id == world.interview.shortfalls[0].shortfall_id
    assert {each.owner_id for each in goal.measures} <= {"", str(world.employee_id), str(world.manager_id)}
    assert all(each.due_on and each.action for each in goal.measures)


async def test_an_hr_administrator_keeps_templates_of_the_tenants_own(world: Any) -> None:
    await world.opens()
    admin = world.person(world.hrbp_id, "hr_admin")
    goal = template_pb2.TemplateGoal(
        text={"zh_cn": "线索当天跟进", "en": "Follow up each lead the same day"},
        metric_code="conversion",
        due_after_days=30,
        measures=[
            template_pb2.TemplateMeasure(
                action={"zh_cn": "每天下班前清空线索池", "en": "Clear the lead pool every evening"},
                owner=template_pb2.MEASURE_OWNER_RULE_EMPLOYEE,
                due_after_days=30,
            )
        ],
    )
    create = template_pb2.CreateTemplateRequest(
        code="own.leads",
        name={"zh_cn": "线索", "en": "Leads"},
        shortfall_type="skill",
        job_family="sales",
        employee_type=1,
        goals=[goal],
    )
    assert await world.refused(world.manager, "CreateTemplate", create) == "FORBIDDEN"
    own = (await world.call(admin, "CreateTemplate", create)).template
    assert await world.refused(admin, "CreateTemplate", create) == "CODE_TAKEN"
    request = template_pb2.SuggestTemplatesRequest(interview_id=world.interview_id)
    templates = (await world.call(world.manager, "SuggestTemplates", request)).templates
    assert templates[0].code == "own.leads"
    update = template_pb2.UpdateTemplateRequest(
        template_id=own.id, name={"zh_cn": "线索二", "en": "Leads 2"}, goals=[goal], expected_version=own.version
    )
    assert (await world.call(admin, "UpdateTemplate", update)).template.name.zh_cn == "线索二"
    built_in = template_pb2.UpdateTemplateRequest(
        template_id=templates[1].id, name={"zh_cn": "x", "en": "x"}, goals=[goal], expected_version=1
    )
    assert await world.refused(admin, "UpdateTemplate", built_in) == "BUILT_IN"


async def test_templates_are_listed_page_by_page_without_gap_or_repeat(world: Any) -> None:
    await world.opens()
    seen: list[str] = []
    token = ""
    while True:
        request = template_pb2.ListTemplatesRequest(shortfall_type="skill", page_size=5, page_token=token)
        page = await world.call(world.employee, "ListTemplates", request)
        seen += [each.code for each in page.templates]
        token = page.next_page_token
        if not token:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == 20


async def _offer(world: Any, plan_id: str) -> str:
    request = pb.OfferPlanRequest(plan_id=plan_id, expected_version=await world.version(plan_id))
    return str(await world.refused(world.manager, "OfferPlan", request))


async def _codes(world: Any, plan_id: str) -> set[tuple[str, bool]]:
    found = (await world.call(world.manager, "CheckPlan", pb.CheckPlanRequest(plan_id=plan_id))).findings
    assert all(each.text.zh_cn and each.text.en for each in found)
    return {(each.code, each.error) for each in found}


async def _answer(world: Any, plan_id: str, request_id: str, **answer: Any) -> str:
    request = pb.AnswerRequestRequest(
        plan_id=plan_id, request_id=request_id, expected_version=await world.version(plan_id), **answer
    )
    if answer.get("measure_id") or answer.get("reason"):
        await world.call(world.manager, "AnswerRequest", request)
        return ""
    return str(await world.refused(world.manager, "AnswerRequest", request))
