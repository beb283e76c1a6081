// The same checks for one input, where nobody has memory at hand: a test that replays a file.

/// Every property of the segment parser and emitter, with any octets as a segment.
package func checkSegment(_ bytes: RawSpan) { withFixture { checkSegment(bytes, $0) } }

/// Every property of the option walk, with up to 40 octets as the options of a header.
package func checkOptions(_ bytes: RawSpan) { withFixture { checkOptions(bytes, $0) } }

/// Every property of the datagram parser and emitter, with any octets as a datagram, and of what it carries.
package func checkDatagram(_ bytes: RawSpan) { withFixture { checkDatagram(bytes, $0) } }

private func withFixture(_ body: (CodecFixture) -> Void) {
  let fixture = CodecFixture()
  body(fixture)
  fixture.free()
}
