"""`/docs`: Swagger UI from a package, served from here; nothing is loaded from elsewhere."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

docs = APIRouter(include_in_schema=False)
# Found, not imported: only its files are wanted.
_ASSETS = Path(str(getattr(find_spec("swagger_ui"), "origin", ""))).parent / "static"
_SERVED = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Tandem API</title>
  <link rel="icon" href="/docs/assets/favicon-32x32.png">
  <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
  <div id="reference"></div>
  <script src="/docs/assets/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """\
SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#reference", deepLinking: true, filter: true, persistAuthorization: false,
  docExpansion: "none", defaultModelsExpandDepth: 0, tryItOutEnabled: true, validatorUrl: null
});
"""


@docs.get("/docs")
async def page() -> Response:
    """The API reference."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@docs.get("/docs/start.js")
async def start() -> Response:
    """What opens the reference; a file of its own, so that no inline script is allowed."""
    return Response(_START, media_type="text/javascript")


@docs.get("/docs/assets/{name}")
async def asset(name: str) -> Response:
    """One file of Swagger UI."""
    if name not in _SERVED:
        raise HTTPException(404)
    return FileResponse(_ASSETS / name, headers={"Cache-Control": "max-age=86400"})
