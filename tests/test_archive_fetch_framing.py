"""Where a response ends, whatever pieces it comes in: h11 is the measure. And compression, undone within bounds."""

from __future__ import annotations

import gzip
import zlib

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fetch import worth_retrying
from archive.fetch.coding import Decoded, decode
from archive.fetch.framing import MAX_HEADER_BYTES, Head, framing_of

START = b"HTTP/1.1 200 OK\r\n"

chunk_sizes = st.sampled_from([b"%x", b"%X", b"0%x", b"%x;a=b", b"%x;", b"%x \t"])
chunks = st.lists(st.tuples(chunk_sizes, st.binary(min_size=1, max_size=20)), max_size=5)
trailers = st.sampled_from([b"", b"X: a\r\n", b"X: a\r\nY: b\r\n", b"X: a\n"])
behind = st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\r\n", b"0\r\n\r\n"])


def chunked(parts: list[tuple[bytes, bytes]], trailer: bytes) -> bytes:
    return (
        b"".join(line % len(data) + b"\r\n" + data + b"\r\n" for line, data in parts)
        + b"0\r\n"
        + trailer
        + b"\r\n"
    )


def ours(message: bytes, pieces: list[int]) -> tuple[bytes, bool, int]:
    """(body, whole, where it ends) of a message that comes in pieces of these lengths."""
    received, head, framing, whole, broken = bytearray(), Head(), None, False, False
    sizes = iter([*pieces, len(message)])
    at = 0
    while at < len(message) and not whole and not broken:
        size = next(sizes)
        received += message[at : at + size]
        at += size
        if framing is None:
            head.find(received)
            if not head.end:
                continue
            lines = received[: head.end].decode("latin-1").lower().split("\r\n")[1:-2]
            headers = [(line.partition(":")[0], line.partition(":")[2].strip()) for line in lines]
            framing = framing_of(200, headers, head.end)
        try:
            whole = framing.whole(received)
        except ValueError:
            broken = True
    if framing is None:
        return b"", False, 0
    whole = whole or framing.ends_with_connection
    return bytes(framing.payload(memoryview(bytes(received)))), whole, framing.end if whole else 0


def theirs(message: bytes) -> tuple[bytes, bool, int]:
    """What h11 makes of it, all at once."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "a"), ("Connection", "close")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(message)
    body, closed = b"", False
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return body, False, 0
        if isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return body, True, len(message) - len(connection.trailing_data[0])
        elif event is h11.NEED_DATA:
            if closed:
                return body, False, 0
            connection.receive_data(b"")
            closed = True


pieces = st.lists(st.integers(1, 30), max_size=30)


@given(chunks, trailers, behind, pieces)
def test_chunks_are_what_h11_says_whatever_pieces_they_come_in(
    parts: list[tuple[bytes, bytes]], trailer: bytes, after: bytes, pieces: list[int]
) -> None:
    message = START + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(parts, trailer)
    assert ours(message + after, pieces) == theirs(message + after)
    assert ours(message, pieces) == (b"".join(data for _, data in parts), True, len(message))


@given(chunks, trailers, st.data(), pieces)
def test_chunks_that_are_damaged_end_where_h11_says(
    parts: list[tuple[bytes, bytes]], trailer: bytes, data: st.DataObject, pieces: list[int]
) -> None:
    body = bytearray(chunked(parts, trailer))
    at = data.draw(st.integers(0, len(body) - 1))
    if data.draw(st.booleans()):
        del body[at:]
    else:
        body[at] = data.draw(st.sampled_from(b"\x00x-+g\r7"))
    message = START + b"Transfer-Encoding: chunked\r\n\r\n" + bytes(body)
    theirs_body, theirs_whole, theirs_end = theirs(message)
    ours_body, ours_whole, ours_end = ours(message, pieces)
    if theirs_whole:
        assert (ours_body, ours_whole, ours_end) == (theirs_body, theirs_whole, theirs_end)
    elif ours_whole:  # h11 also judges trailers, which mean nothing to us, and refuses blanks before ";"
        assert b"\r\n0" in message or b"\r\n\r\n0" in message
        assert ours_body.startswith(theirs_body) or theirs_body.startswith(ours_body)


@given(st.binary(max_size=60), st.integers(0, 70), pieces)
def test_a_body_of_a_length_ends_there(body: bytes, length: int, pieces: list[int]) -> None:
    message = START + b"Content-Length: %d\r\n\r\n" % length + body
    assert ours(message, pieces) == theirs(message)


@given(st.binary(max_size=60), pieces)
def test_a_body_without_a_length_ends_with_the_connection(body: bytes, pieces: list[int]) -> None:
    message = START + b"X: y\r\n\r\n" + body
    assert ours(message, pieces) == (body, True, len(message))


@given(
    st.lists(
        st.sampled_from([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\nLink: a\n\n"]), max_size=4
    ),
    st.sampled_from(
        [b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", b"HTTP/1.0 404 No\nA: b\n\n", b"HTTP/1.1 204\r\n\r\n"]
    ),
    st.binary(max_size=40),
    pieces,
)
def test_a_head_is_found_behind_interim_ones_whatever_pieces_they_come_in(
    interim: list[bytes], final: bytes, body: bytes, pieces: list[int]
) -> None:
    message, received, head = b"".join(interim) + final + body, bytearray(), Head()
    for size in [*pieces, len(message)]:
        received += message[:size]
        message = message[size:]
        if not head.end:
            head.find(received)
    assert head.end == len(final)
    assert (head.interim, received) == (b"".join(interim), final + body)


def test_interim_heads_count_as_header() -> None:
    received = bytearray(b"HTTP/1.1 100 Continue\r\n\r\n" * (MAX_HEADER_BYTES // 25) + START + b"\r\n")
    with pytest.raises(OverflowError):
        Head().find(received)


# -- content codings ---------------------------------------------------------------------------------

GZIP = (("content-encoding", "gzip"),)


@given(
    st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.sampled_from([b"", b"\0" * 9, b"padding"])
)
def test_gzip_in_several_members_is_one_body(parts: list[bytes], padding: bytes) -> None:
    packed = b"".join(gzip.compress(part) for part in parts) + padding
    assert decode(packed, GZIP, 10_000) == Decoded(b"".join(parts))


@given(st.binary(max_size=300), st.integers(0, 300))
def test_never_more_is_decoded_than_may_be(body: bytes, most: int) -> None:
    expected = Decoded(body[:most], "length" if len(body) > most else "")
    assert decode(body, (), most) == expected
    assert decode(gzip.compress(body), GZIP, most) == expected


@given(st.binary(min_size=1, max_size=300), st.data())
def test_gzip_that_breaks_off_is_never_taken_for_whole(body: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(body)
    cut = data.draw(st.integers(1, len(packed) - 1))
    decoded = decode(packed[:cut], GZIP, 1000)
    assert decoded.truncated == "disconnect"
    assert body.startswith(decoded.body)


def test_a_second_member_that_breaks_off_is_noticed() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two")[:-3]
    assert decode(packed, GZIP, 100) == Decoded(b"onetwo", "disconnect")


def test_gzip_that_is_larger_than_a_step_is_put_together() -> None:
    noise = b"".join(zlib.crc32(b"%d" % number).to_bytes(4, "big") for number in range(50_000))
    assert decode(gzip.compress(noise) + gzip.compress(noise), GZIP, 1 << 20) == Decoded(noise + noise)


@pytest.mark.parametrize("said", ["identity", "", "none", "UTF-8", "binary", "identity, none"])
def test_what_is_no_coding_changes_nothing(said: str) -> None:
    assert decode(b"<p>", [("content-encoding", said)], 10) == Decoded(b"<p>")


@pytest.mark.parametrize("said", ["gzip, identity", " GZIP ", "x-gzip"])
def test_gzip_by_its_other_names(said: str) -> None:
    assert decode(gzip.compress(b"<p>"), [("content-encoding", said)], 10) == Decoded(b"<p>")


def test_a_check_that_does_not_hold_is_damage() -> None:
    packed = bytearray(gzip.compress(b"<p>"))
    packed[-6] ^= 1
    decoded = decode(packed, GZIP, 100)
    assert decoded.body == b""
    assert decoded.undecodable.startswith("The compressed page is damaged: ")


# -- what is worth another try -----------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["connection", "disconnect", "incomplete"])
def test_what_broke_off_may_be_whole_the_next_time(cause: str) -> None:
    assert worth_retrying(cause)


@pytest.mark.parametrize(
    "cause",
    [
        "", "address-refused", "bad-request", "dns", "length", "protocol", "stopped", "time", "time-out", "tls",
        "tls-invalid", "too-large", "http-503", "robots", "content-encoding",
    ],
)  # fmt: skip
def test_what_stays_as_it_is_or_is_too_slow_is_left_for_another_day(cause: str) -> None:
    assert not worth_retrying(cause)
