"""What every group of resources is made of."""

from tandem_client.api import Api


class Group:
    """Requests of one group, sent through `api`."""

    def __init__(self, api: Api) -> None:
        self._api = api
