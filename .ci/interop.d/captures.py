"""Captures of our side as tshark sees them."""

import collections
import functools
import os
import subprocess

from processes import check

FIN, SYN, RST, ACK, URG, ECE, CWR = 1, 2, 4, 16, 32, 64, 128
ERROR = 0x00800000  # PI_ERROR of Wireshark's expert information

FIELDS = {
    "number": "frame.number", "time": "frame.time_epoch", "source4": "ip.src", "source6": "ipv6.src",
    "stream": "tcp.stream", "flags": "tcp.flags", "count": "tcp.len", "window": "tcp.window_size",
    "sequence": "tcp.seq", "pointer": "tcp.urgent_pointer", "scale": "tcp.options.wscale.shift",
    "timestamp": "tcp.options.timestamp.tsval", "sack": "tcp.options.sack_perm",
    "class4": "ip.dsfield", "class6": "ipv6.tclass",
    "sum": "tcp.checksum", "right_sum": "tcp.checksum_calculated",
    "bad_tcp": "tcp.checksum.status", "bad_ip": "ip.checksum.status", "severity": "_ws.expert.severity",
    "unseen": "tcp.analysis.ack_lost_segment", "gap": "tcp.analysis.lost_segment",
    "probe": "tcp.analysis.zero_window_probe", "keep_alive": "tcp.analysis.keep_alive",
    "again": "tcp.analysis.retransmission",
}

# What tshark finds wrong in TCP headers; it has no common word for it, and calls some of it but notable.
MALFORMED = {
    "option": "tcp.option.len.invalid", "shift": "tcp.options.wscale.shift.invalid",
    "suboption": "tcp.suboption_malformed", "header": "tcp.bogus_header_length", "short": "tcp.short_segment",
    "malformed": "_ws.malformed",
}
FIELDS |= MALFORMED

# All that tshark is to look into. Inside the text it would only find by chance what it takes for a protocol.
PROTOCOLS = {"frame", "raw", "ip", "ipv6", "tcp", "icmp", "icmpv6", "data"}


def set_up(folder):
    """Configures tshark independently of the user's own settings; tshark finds it through the environment."""
    os.makedirs(folder, exist_ok=True)
    output = subprocess.run(
        ["tshark", "-G", "protocols"], capture_output=True, text=True, timeout=60, check=True).stdout
    names = [line.split("\t")[2] for line in output.splitlines()]
    with open(os.path.join(folder, "disabled_protos"), "w", encoding="utf-8") as file:
        for name in names:
            if name not in PROTOCOLS and not name.startswith("_ws."):
                file.write(name + "\n")
    os.environ["WIRESHARK_CONFIG_DIR"] = folder


class Frame:
    """One datagram of a capture."""

    def __init__(self, line, kernel):
        values = dict(zip(FIELDS, line.rstrip("\n").split("\t")))
        self.values = values
        self.number = int(values["number"])
        self.time = float(values["time"])
        self.source = values["source4"] or values["source6"]
        self.is_arriving = self.source == kernel
        self.is_segment = values["flags"] != ""
        self.stream = int(values["stream"] or -1)
        self.flags = int(values["flags"] or "0", 16)
        self.count = int(values["count"] or 0)
        self.window = int(values["window"] or 0)
        self.sequence = int(values["sequence"] or 0)
        self.pointer = int(values["pointer"] or 0)
        # Where the sum is zero Linux writes 0xffff (CSUM_MANGLED_0), which every receiver takes for the same;
        # tshark does not. We must not do so.
        is_linux_zero = self.is_arriving and (values["sum"], values["right_sum"]) == ("0xffff", "0x0000")
        self.has_bad_checksum = values["bad_tcp"] == "0" and not is_linux_zero or values["bad_ip"] == "0"
        # tshark must say that it has looked: 0 is bad, 1 is good, 2 would be unverified.
        self.is_verified = values["bad_tcp"] in ("0", "1") and values["bad_ip"] in ("", "0", "1")
        has_error = any(int(word) & 0x00F00000 >= ERROR for word in values["severity"].split(",") if word)
        self.is_malformed = has_error and not self.has_bad_checksum or any(values[name] for name in MALFORMED)

    def has(self, name):
        """Whether tshark says this about the datagram."""
        return self.values[name] != ""


@functools.cache
def read(path, kernel):
    """The datagrams of a capture, which is complete.

    kernel: the address of the kernel's side; what comes from there has arrived at ours.
    """
    words = ["tshark", "-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "separator=/t"]
    words += ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    for field in FIELDS.values():
        words += ["-e", field]
    result = subprocess.run(words, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    check(result.returncode == 0, "tshark cannot read", path, result.stderr.strip())
    return [Frame(line, kernel) for line in result.stdout.splitlines()]


def look_through(frames):
    """Fails for anything that must not be in the capture of an undisturbed conversation."""
    for frame in frames:
        where = f"frame {frame.number} from {frame.source}"
        check(frame.is_segment, where, "is no TCP segment")
        check(not frame.has_bad_checksum, where, "has a bad checksum")
        check(not frame.is_malformed, where, "is malformed")
        check(frame.is_verified, where, "has a checksum that tshark has not verified")
        check(not frame.has("unseen"), where, "acknowledges a segment that was not seen")
        check(not frame.has("gap"), where, "follows a segment that was not seen")


def negotiated(frames):
    """The options of each handshake: all must have window scale, timestamps and SACK on both SYNs.

    Returns the shifts (of the SYN and of the SYN-ACK) and the options, for the table; nothing if nobody has answered.
    """
    answers = [frame for frame in frames if frame.flags & (SYN | 16) == SYN | 16]
    shifts = set()
    for answer in answers:
        request = next(
            (frame for frame in frames if frame.stream == answer.stream and frame.flags & (SYN | 16) == SYN), None)
        check(request is not None, "a SYN-ACK without a SYN, frame", answer.number)
        for frame in (request, answer):
            for option, words in (("scale", "window scale"), ("timestamp", "timestamps"), ("sack", "SACK permitted")):
                check(frame.has(option), "no", words, "in frame", frame.number)
        shifts.add(f"{request.values['scale']}/{answer.values['scale']}")
    return f"WS {', '.join(sorted(shifts))} TS SACK" if answers else ""


def ecn(frames):
    """How often each side used RFC 3168: text that is ECT, acknowledgments with ECE, text with CWR.

    The handshake must have offered and answered it, and nothing but text may be ECT.
    """
    requests = [frame for frame in frames if frame.flags & (SYN | ACK) == SYN]
    answers = [frame for frame in frames if frame.flags & (SYN | ACK) == SYN | ACK]
    check(requests and all(frame.flags & (ECE | CWR) == ECE | CWR for frame in requests), "a SYN without ECE and CWR")
    check(answers and all(frame.flags & (ECE | CWR) == ECE for frame in answers), "a SYN-ACK without ECE, or with CWR")
    counts = collections.Counter()
    for frame in frames:
        codepoint = int(frame.values["class4"] or frame.values["class6"], 0) & 3
        if codepoint:
            check(frame.count > 0 and not frame.flags & SYN, "something without text is ECT, frame", frame.number)
        if frame.flags & SYN:
            continue
        counts[frame.source, "ECT"] += codepoint != 0
        counts[frame.source, "CE"] += codepoint == 3
        counts[frame.source, "ECE"] += frame.flags & ECE != 0
        counts[frame.source, "CWR"] += frame.flags & CWR != 0
    return counts


def connections(frames):
    """How many connections were asked for."""
    return len({frame.stream for frame in frames if frame.flags & (SYN | 16) == SYN})


def most_open(frames):
    """How many connections were open at once: from the SYN-ACK to the first FIN or reset."""
    is_open = set()
    most = 0
    for frame in frames:
        if frame.flags & SYN and frame.flags & 16:
            is_open.add(frame.stream)
        elif frame.flags & (FIN | RST):
            is_open.discard(frame.stream)
        most = max(most, len(is_open))
    return most


def longest_gap(frames):
    """The longest time between two datagrams of the transfer, from the first text to the last; and where."""
    times = [frame for frame in frames if frame.is_segment]
    with_text = [index for index, frame in enumerate(times) if frame.count > 0]
    check(with_text, "no text in the capture")
    part = times[with_text[0]:with_text[-1] + 1]
    gaps = [(later.time - earlier.time, later.number) for earlier, later in zip(part, part[1:])]
    return max(gaps, default=(0.0, 0))
