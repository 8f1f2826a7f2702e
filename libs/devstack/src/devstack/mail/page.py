"""The page that shows caught mails; everything from a mail is escaped, nothing in it is run."""

from html import escape

from devstack.mail.box import Mail

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{width:100%;border-collapse:collapse}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}"
    "pre{white-space:pre-wrap;background:#f5f5f5;padding:1rem;overflow-wrap:anywhere}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def list_page(mails: list[Mail]) -> str:
    """Return the list of mails."""
    rows = "".join(
        f"<tr><td>{escape(mail.received_at[:19])}</td><td>{escape(', '.join(mail.recipients))}</td>"
        f'<td><a href="/mails/{escape(mail.id)}">{escape(mail.subject) or "(no subject)"}</a></td>'
        f"<td>{'calendar' if mail.calendar else ''}</td></tr>"
        for mail in mails
    )
    head = "<tr><th>Received · 收到</th><th>To · 收件人</th><th>Subject · 主题</th><th></th></tr>"
    return _page("Mails · 邮件", f"<table>{head}{rows}</table>" if mails else "<p>No mail yet · 暂无邮件</p>")


def mail_page(mail: Mail) -> str:
    """Return one mail with all its text parts."""
    headers = "\n".join(f"{name}: {value}" for name, value in mail.headers.items())
    parts = "".join(
        f"<h2>{escape(part.content_type)} {escape(part.filename or '')}</h2>"
        f"<pre>{escape(part.text if part.text is not None else '(binary)')}</pre>"
        for part in mail.parts
    )
    return _page(mail.subject, f'<p><a href="/">Mails · 邮件</a></p><pre>{escape(headers)}</pre>{parts}')


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
