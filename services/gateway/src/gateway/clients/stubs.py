"""One long-lived stub per service; made once per process."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import grpc.aio
from tandem.common.v1.operations_pb2_grpc import OperationsServiceStub
from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceStub
from tandem.interview_record.v1.interview_record_service_pb2_grpc import InterviewRecordServiceStub
from tandem.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub
from tandem.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from tandem.plan_tracking.v1.plan_tracking_service_pb2_grpc import PlanTrackingServiceStub
from tandem.scheduling.v1.scheduling_service_pb2_grpc import SchedulingServiceStub

if TYPE_CHECKING:
    from tandem.common.v1.operations_pb2_grpc import OperationsServiceAsyncStub
    from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceAsyncStub
    from tandem.interview_record.v1.interview_record_service_pb2_grpc import InterviewRecordServiceAsyncStub
    from tandem.metrics.v1.metrics_service_pb2_grpc import MetricsServiceAsyncStub
    from tandem.notification.v1.notification_service_pb2_grpc import NotificationServiceAsyncStub
    from tandem.plan_tracking.v1.plan_tracking_service_pb2_grpc import PlanTrackingServiceAsyncStub
    from tandem.scheduling.v1.scheduling_service_pb2_grpc import SchedulingServiceAsyncStub

SERVICES = ("directory", "scheduling", "interview-record", "plan-tracking", "notification", "metrics")


class Stubs:
    """The services by name, and each one's operations."""

    directory: "DirectoryServiceAsyncStub"
    scheduling: "SchedulingServiceAsyncStub"
    interview_record: "InterviewRecordServiceAsyncStub"
    plan_tracking: "PlanTrackingServiceAsyncStub"
    notification: "NotificationServiceAsyncStub"
    metrics: "MetricsServiceAsyncStub"
    operations: "dict[str, OperationsServiceAsyncStub]"

    def __init__(self, channel: Callable[[str], grpc.aio.Channel]) -> None:
        self.directory = DirectoryServiceStub(channel("directory"))
        self.scheduling = SchedulingServiceStub(channel("scheduling"))
        self.interview_record = InterviewRecordServiceStub(channel("interview-record"))
        self.plan_tracking = PlanTrackingServiceStub(channel("plan-tracking"))
        self.notification = NotificationServiceStub(channel("notification"))
        self.metrics = MetricsServiceStub(channel("metrics"))
        self.operations = {service: OperationsServiceStub(channel(service)) for service in SERVICES}
