"""WARC archives made of the objects that articles.make gives: what a news crawler leaves on a disk.

Each record is a gzip member of its own; beside each page stand the records that are no pages (the request, now
and then a picture, a redirect, a revisit), and the pages come in the encodings that servers use.
"""

import gzip
import html
import random
import zlib


def record(kind, uri, content_type, block, packed=True):
    head = ["WARC/1.0", f"WARC-Type: {kind}", "WARC-Date: 2025-04-20T10:11:12Z",
            "WARC-Record-ID: <urn:uuid:12345678-1234-4234-8234-123456789abc>"]
    head += [f"WARC-Target-URI: {uri}"] if uri else []
    head += [f"Content-Type: {content_type}", f"Content-Length: {len(block)}", "", ""]
    text = "\r\n".join(head).encode() + block + b"\r\n\r\n"
    return gzip.compress(text, 6, mtime=0) if packed else text


def page(article, links=0):
    """links: what stands around the text of most pages, and takes time to read."""
    menu = "".join(f'<li><a href="/section/{number}">Section {number}</a></li>' for number in range(links))
    paragraphs = "".join(f"<p>{html.escape(one)}</p>\n" for one in article["text"].split("\n\n"))
    return (f'<!DOCTYPE html><html lang="en"><head><title>{html.escape(article["title"])}</title>'
            f'<meta property="article:published_time" content="{article["published"]}">'
            f'<meta property="og:site_name" content="{html.escape(article["publisher"])}"></head>'
            f'<body><nav><ul>{menu}</ul></nav><article><h1>{html.escape(article["title"])}</h1>\n{paragraphs}</article></body></html>').encode()


def chunked(body):
    pieces = [body[at:at + 700] for at in range(0, len(body), 700)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


ENCODINGS = [
    ([], lambda body: body),
    (["Content-Encoding: gzip"], gzip.compress),
    (["Content-Encoding: deflate"], zlib.compress),
    (["Transfer-Encoding: chunked"], chunked),
    (["Transfer-Encoding: chunked", "Content-Encoding: gzip"], lambda body: chunked(gzip.compress(body))),
    (["Content-Encoding: gzip"], lambda body: body),  # unpacked by the crawler, the header left as it was
]


def response(uri, fields, body, status="200 OK", packed=True):
    head = [f"HTTP/1.1 {status}"] + fields + ["", ""]
    return record("response", uri, "application/http; msgtype=response", "\r\n".join(head).encode() + body, packed)


def members(articles, seed=1, packed=True, links=0):
    """The records of an archive, in order, as bytes each."""
    rng = random.Random(seed)
    yield record("warcinfo", None, "application/warc-fields", b"software: none\r\n", packed)
    for article in articles:
        uri = article["url"]
        yield record("request", uri, "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n", packed)
        fields, encode = rng.choice(ENCODINGS)
        yield response(uri, ["Content-Type: text/html; charset=utf-8"] + fields, encode(page(article, links)), packed=packed)
        other = rng.randrange(5)
        if other == 0:
            yield response(uri + "/a.png", ["Content-Type: image/png"], rng.randbytes(3000), packed=packed)
        elif other == 1:
            yield response(uri + "/old", ["Location: /", "Content-Type: text/html"], b"<p>moved", "301 Moved", packed)
        elif other == 2:
            yield record("revisit", uri, "application/http; msgtype=response",
                         b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", packed)


def write(path, articles, seed=1, packed=True, links=0):
    with open(path, "wb") as out:
        for member in members(articles, seed, packed, links):
            out.write(member)
