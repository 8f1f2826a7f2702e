"""What becomes of a mail: sent once, void, ambiguous, tried again."""

from datetime import timedelta
from uuid import UUID

from common.ids import new_id
from common.instruments import MAIL_TRIES
from devstack.recorded import Recorded
from notification.domain.delivery import DeliveryState
from notification.storage.tables import DeliveryRow
from sqlalchemy import update
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.notification.v1 import events_pb2 as pb
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as bookings

from .world import NOW, World

QUARTER = timedelta(minutes=15)


async def invite(world: World) -> bookings.BookingFacts:
    booking = world.booking()
    await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))
    return booking


async def the_invitation(world: World) -> DeliveryRow:
    (delivery,) = await world.deliveries(world.employee, "booking_invitation")
    return delivery


async def test_a_mail_that_the_server_takes_is_sent_once_and_said_so(world: World) -> None:
    await invite(world)
    await world.pass_time(NOW + timedelta(minutes=1))

    delivery = await the_invitation(world)
    assert (delivery.state, len(delivery.attempts)) == (DeliveryState.SENT, 1)
    assert len(world.catcher.to("wang@")) == 1
    said = await world.harness.published(world.database, pb.MessageSent)
    mailed = [each for each in said if each.channel == "mail"]
    assert [(each.template, each.recipient_id) for each in mailed] == [("booking_invitation", str(world.employee))]


async def test_the_same_event_told_twice_makes_one_message(world: World) -> None:
    booking = await invite(world)
    await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))

    assert (await world.templates(world.employee)).count("booking_invitation") == 1


async def test_an_answer_lost_after_the_data_is_ambiguous_and_tried_once_more(world: World) -> None:
    world.catcher.answer = None
    await invite(world)
    await world.pass_time(NOW)
    assert (await the_invitation(world)).state == DeliveryState.AMBIGUOUS

    await world.pass_time(NOW + QUARTER - timedelta(seconds=1))
    assert len(world.catcher.to("wang@")) == 1
    world.catcher.answer = "250 OK"
    await world.pass_time(NOW + QUARTER)

    first, second = world.catcher.to("wang@")
    assert first["Message-ID"] == second["Message-ID"]
    assert (await the_invitation(world)).state == DeliveryState.SENT


async def test_an_answer_lost_twice_stays_ambiguous_for_a_human_to_decide(world: World) -> None:
    world.catcher.answer = None
    await invite(world)
    await world.pass_time(NOW + timedelta(hours=3))

    assert (await the_invitation(world)).state == DeliveryState.AMBIGUOUS
    assert len(world.catcher.to("wang@")) == 2


async def test_a_busy_server_is_tried_again_and_a_refusal_is_not(world: World, recorded: Recorded) -> None:
    world.catcher.answer = "451 try later"
    await invite(world)
    await world.pass_time(NOW)
    assert (await the_invitation(world)).state == DeliveryState.PENDING

    world.catcher.answer = "554 no"
    await world.pass_time(NOW + timedelta(minutes=1))
    delivery = await the_invitation(world)
    assert (delivery.state, [each["outcome"] for each in delivery.attempts]) == (
        DeliveryState.FAILED,
        ["deferred:451", "refused:554"],
    )
    assert {(point.attributes["outcome"], point.value) for point in recorded.points(MAIL_TRIES)} == {
        ("deferred", 1),
        ("refused", 1),
    }


async def test_a_sender_that_died_in_mid_sending_leaves_an_ambiguous_mail(world: World) -> None:
    await invite(world)
    delivery = await the_invitation(world)
    async with world.database.transaction(world.harness.call(world.harness.person(world.tenant_id, new_id()))) as tx:
        await tx.session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery.id)
            .values(state="leased", fence=1, leased_until=NOW - timedelta(seconds=1))
        )
        tx.done(delivery.id)
    await world.pass_time(NOW)

    delivery = await the_invitation(world)
    assert (delivery.state, delivery.due_at) == (DeliveryState.AMBIGUOUS, NOW + QUARTER)


async def test_who_left_gets_nothing(world: World) -> None:
    await invite(world)
    gone = people.PersonFacts(
        person_id=str(world.employee), locale="zh-CN", time_zone="Asia/Shanghai", calendar_code="CN", active=False
    )
    await world.hear(world.employee, directory.PersonLeft(person=gone))
    await world.pass_time(NOW)

    delivery = await the_invitation(world)
    assert (delivery.state, delivery.suppressed_reason) == (DeliveryState.SUPPRESSED, "LEFT")


async def test_a_manager_who_handed_the_case_over_is_not_asked_to_sign(world: World) -> None:
    await world.hear(world.plan_id, plans.PlanOffered(plan=world.plan(), revision=1))
    reassigned = interviews.InterviewReassigned(interview=world.interview(manager_id=str(world.mentor)))
    await world.hear(world.interview_id, reassigned)
    await world.pass_time(NOW + timedelta(hours=5))

    (delivery,) = await world.deliveries(world.manager, "plan_to_sign")
    assert (delivery.state, delivery.suppressed_reason) == (DeliveryState.SUPPRESSED, "REASSIGNED")


async def test_an_offer_taken_back_before_morning_is_not_mailed(world: World) -> None:
    await world.hear(world.plan_id, plans.PlanOffered(plan=world.plan(), revision=1))
    draft = world.plan(state=plan_facts.PLAN_STATE_DRAFT, revision_state=plan_facts.REVISION_STATE_DRAFT)
    await world.hear(world.plan_id, plans.PlanDrafted(plan=draft))
    await world.pass_time(NOW + timedelta(hours=5))

    (delivery,) = await world.deliveries(world.manager, "plan_to_sign")
    assert (delivery.state, delivery.suppressed_reason) == (DeliveryState.SUPPRESSED, "STALE")


async def test_who_has_no_address_is_told_in_their_box_alone(world: World) -> None:
    world.neighbours.known[str(world.employee)].mail = ""
    await invite(world)
    await world.pass_time(NOW)

    assert (await the_invitation(world)).suppressed_reason == "NO_ADDRESS"
    assert "booking_invitation" in await world.templates(world.employee)
