"""The message box, preferences, delivery log and templates over real RPCs."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import grpc
import pytest
from common.identity import Identity
from common.steps import Step
from common.timestamps import to_timestamp
from devstack.harness import Harness
from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.notification.v1 import delivery_pb2, message_pb2, message_template_pb2, preferences_pb2
from tandem.scheduling.v1 import events_pb2 as scheduling

from .world import NOW, World

Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def ask(notification: Any, harness: Harness) -> Ask:
    async def call(identity: Identity, name: str, request: Any, **more: Any) -> Any:
        return await getattr(notification, name)(request, metadata=harness.metadata(identity, **more), timeout=5)

    return call


@pytest.fixture
def employee(world: World, harness: Harness) -> Identity:
    return harness.person(world.tenant_id, world.employee, locale="zh-CN")


@pytest.fixture
def admin(world: World, harness: Harness) -> Identity:
    return harness.person(world.tenant_id, world.mentor, "hr_admin")


async def open_case(world: World) -> None:
    await world.hear(world.interview_id, interviews.InterviewOpened(interview=world.interview()))


async def test_the_box_speaks_the_readers_language_and_marks_people_instead_of_naming_them(
    world: World, ask: Ask, employee: Identity
) -> None:
    await open_case(world)

    (message,) = (await ask(employee, "ListMessages", message_pb2.ListMessagesRequest())).messages
    assert message.title == "您的一项人事事项有更新"
    assert f"{{{{person:{world.manager}}}}}会在 2026年10月23日（周五） 前和您谈一次" in message.body
    assert list(message.person_ids) == [str(world.manager)]
    assert (message.resource_type, message.resource_id) == ("interview", str(world.interview_id))


async def test_a_box_is_its_owners_alone(
    world: World, ask: Ask, employee: Identity, admin: Identity, harness: Harness
) -> None:
    await open_case(world)
    (message,) = (await ask(employee, "ListMessages", message_pb2.ListMessagesRequest())).messages

    assert not (await ask(admin, "ListMessages", message_pb2.ListMessagesRequest())).messages
    for name in ("GetMessage", "MarkMessageRead"):
        request = getattr(message_pb2, f"{name}Request")(message_id=message.id)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(admin, name, request)
        assert refused.value.code() in {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED}


async def test_reading_counts_down_and_reading_again_changes_nothing(
    world: World, ask: Ask, employee: Identity
) -> None:
    await open_case(world)
    (message,) = (await ask(employee, "ListMessages", message_pb2.ListMessagesRequest(unread_only=True))).messages
    assert (await ask(employee, "CountUnread", message_pb2.CountUnreadRequest())).unread == 1

    request = message_pb2.MarkMessageReadRequest(message_id=message.id)
    first = (await ask(employee, "MarkMessageRead", request)).message
    world.clock.advance(timedelta(hours=1))
    second = (await ask(employee, "MarkMessageRead", request)).message
    assert first.read_at == second.read_at
    assert (await ask(employee, "CountUnread", message_pb2.CountUnreadRequest())).unread == 0


async def test_marking_all_read_spares_what_came_later(world: World, ask: Ask, employee: Identity) -> None:
    await open_case(world)
    world.clock.set(NOW + timedelta(hours=1))
    booking = world.booking()
    await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))

    reply = await ask(employee, "MarkAllRead", message_pb2.MarkAllReadRequest(until=to_timestamp(NOW)))
    assert reply.unread == 1
    assert (await ask(employee, "MarkAllRead", message_pb2.MarkAllReadRequest())).unread == 0


async def test_the_box_is_paged_newest_first(world: World, ask: Ask, employee: Identity) -> None:
    await open_case(world)
    for hour in (1, 2):
        world.clock.set(NOW + timedelta(hours=hour))
        booking = world.booking()
        await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))

    seen: list[message_pb2.Message] = []
    token = ""
    while True:
        page = await ask(employee, "ListMessages", message_pb2.ListMessagesRequest(page_size=1, page_token=token))
        seen += page.messages
        if not (token := page.next_page_token):
            break
    times = [each.sent_at.ToDatetime() for each in seen]
    assert len(seen) == 3
    assert times == sorted(times, reverse=True)


async def test_a_message_about_a_step_asks_for_nothing_once_it_is_done(
    world: World, ask: Ask, harness: Harness
) -> None:
    key = world.step(Step.GOAL_SET)
    await world.step_due(key, NOW + timedelta(days=20))
    await world.pass_time(NOW + timedelta(days=20))
    manager = harness.person(world.tenant_id, world.manager)
    before = (await ask(manager, "ListMessages", message_pb2.ListMessagesRequest())).messages
    assert any(each.needs_action for each in before)

    await world.hear(UUID(key.step_id), steps.StepDone(key=key, done_at=to_timestamp(NOW)))
    after = (await ask(manager, "ListMessages", message_pb2.ListMessagesRequest())).messages
    assert not any(each.needs_action for each in after)


async def test_muted_updates_stay_in_the_box_and_what_must_be_told_is_mailed(
    world: World, ask: Ask, employee: Identity
) -> None:
    wish = preferences_pb2.UpdatePreferencesRequest(mail=False, quiet_from_minute=0, quiet_until_minute=0)
    saved = (await ask(employee, "UpdatePreferences", wish)).preferences
    assert (saved.mail, saved.version) == (False, 1)
    await open_case(world)
    booking = world.booking()
    await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))
    await world.pass_time(NOW)

    (update,) = await world.deliveries(world.employee, "interview_opened_employee")
    assert (update.state, update.suppressed_reason) == ("suppressed", "MUTED")
    assert [each["Subject"] for each in world.catcher.to("wang@")] == ["您有一项人事日程待确认"]


async def test_preferences_begin_with_quiet_nights_and_change_under_their_version(ask: Ask, employee: Identity) -> None:
    begun = (await ask(employee, "GetPreferences", preferences_pb2.GetPreferencesRequest())).preferences
    assert (begun.mail, begun.quiet_from_minute, begun.quiet_until_minute, begun.version) == (True, 1200, 480, 0)

    wish = preferences_pb2.UpdatePreferencesRequest(mail=True, expected_version=7)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(employee, "UpdatePreferences", wish)
    assert refused.value.code() is grpc.StatusCode.ABORTED

    unknown = preferences_pb2.UpdatePreferencesRequest(mail=True, mail_muted_templates=["no_such"])
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(employee, "UpdatePreferences", unknown)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_the_log_shows_each_try_and_a_failed_mail_is_tried_again(
    world: World, ask: Ask, admin: Identity, employee: Identity
) -> None:
    world.catcher.answer = "554 no"
    booking = world.booking()
    await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))
    await world.pass_time(NOW)
    failed = delivery_pb2.ListDeliveriesRequest(state=delivery_pb2.DELIVERY_STATE_FAILED)
    (delivery,) = (await ask(admin, "ListDeliveries", failed)).deliveries
    assert [each.outcome for each in delivery.attempts] == ["refused:554"]

    boxed = delivery_pb2.ListDeliveriesRequest(
        recipient_id=str(world.employee), channel=delivery_pb2.CHANNEL_MESSAGE_BOX
    )
    assert {each.channel for each in (await ask(admin, "ListDeliveries", boxed)).deliveries} == {boxed.channel}

    world.catcher.answer = "250 OK"
    retry = delivery_pb2.RetryDeliveryRequest(delivery_id=delivery.id, expected_version=delivery.version)
    assert (await ask(admin, "RetryDelivery", retry)).delivery.state == delivery_pb2.DELIVERY_STATE_PENDING
    await world.pass_time(NOW)
    sent = await ask(admin, "GetDelivery", delivery_pb2.GetDeliveryRequest(delivery_id=delivery.id))
    assert sent.delivery.state == delivery_pb2.DELIVERY_STATE_SENT

    again = delivery_pb2.RetryDeliveryRequest(delivery_id=delivery.id, expected_version=sent.delivery.version)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(admin, "RetryDelivery", again)
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    with pytest.raises(grpc.aio.AioRpcError) as denied:
        await ask(employee, "ListDeliveries", failed)
    assert denied.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_every_template_is_listed_in_both_languages(ask: Ask, employee: Identity) -> None:
    listed: list[message_template_pb2.MessageTemplate] = []
    token = ""
    while True:
        request = message_template_pb2.ListMessageTemplatesRequest(page_size=20, page_token=token)
        page = await ask(employee, "ListMessageTemplates", request)
        listed += page.templates
        if not (token := page.next_page_token):
            break
    codes = [each.code for each in listed]
    assert codes == sorted(set(codes))
    assert all(each.subject.zh_cn and each.subject.en and each.body.zh_cn and each.body.en for each in listed)
    assert next(each for each in listed if each.code == "booking_invitation").mandatory
