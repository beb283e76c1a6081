import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct SegmentHeaderTests {
  static func expectSame(_ header: SegmentHeader, _ naive: NaiveHeader, _ comment: Comment) {
    #expect(header.sourcePort == naive.sourcePort, comment)
    #expect(header.destinationPort == naive.destinationPort, comment)
    #expect(header.sequence.rawValue == naive.sequence, comment)
    #expect(header.acknowledgment.rawValue == naive.acknowledgment, comment)
    #expect(header.reserved == naive.reserved, comment)
    #expect(header.flags.rawValue == naive.flags, comment)
    #expect(header.window == naive.window, comment)
    #expect(header.checksum == naive.checksum, comment)
    #expect(header.urgentPointer == naive.urgentPointer, comment)
    #expect(header.payloadCount == naive.text.count, comment)
  }

  @Test("A SYN taken apart by hand") func byHand() throws {
    let header = try parsedSegment(
      hex("c350 0050 00000064 00000000 8002 ffff 1234 0000 020405b4 0103 0307 0101 0402"))
    #expect(header.sourcePort == 50_000)
    #expect(header.destinationPort == 80)
    #expect(header.sequence == SequenceNumber(100))
    #expect(header.acknowledgment == SequenceNumber(0))
    #expect(header.flags == .syn)
    #expect(header.window == 65_535)
    #expect(header.checksum == 0x1234)
    #expect(header.options.maximumSegmentSize == 1460)
    #expect(header.options.windowScale == 7)
    #expect(header.options.isSACKPermitted)
    #expect(header.payloadCount == 0)
    #expect(header.length == 1)
  }

  @Test("Random headers survive parse and emit", arguments: [101, 102, 103] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for round in 0..<500 {
      var naive = NaiveHeader(random: &random)
      let header = try parsedSegment(naive.bytes)
      Self.expectSame(header, naive, "seed \(seed), round \(round)")
      // The checksum is filled in by the layer that knows the addresses.
      naive.checksum = 0
      naive.text = []
      let again = emitted(header)
      #expect(again.bytes == naive.bytes && again.isContained, "seed \(seed), round \(round)")
    }
  }

  @Test("All 256 values of the flags octet") func flags() throws {
    let single: [(SegmentFlags, Int)] = [
      (.fin, 0), (.syn, 1), (.rst, 2), (.psh, 3), (.ack, 4), (.urg, 5), (.ece, 6), (.cwr, 7),
    ]
    #expect(SegmentFlags.none.rawValue == 0)
    for value in UInt8.min...UInt8.max {
      var naive = NaiveHeader()
      naive.flags = value
      naive.text = [1, 2, 3]
      let header = try parsedSegment(naive.bytes)
      #expect(header.flags.rawValue == value)
      #expect(emitted(header).bytes[13] == value)
      #expect(header.flags.contains(.none) && !header.flags.intersects(.none))
      for (flag, bit) in single {
        let isSet = value / (1 << UInt8(bit)) % 2 == 1
        #expect(header.flags.contains(flag) == isSet, "flags \(value), bit \(bit)")
        #expect(header.flags.intersects(flag) == isSet, "flags \(value), bit \(bit)")
      }
      #expect(header.flags.contains(.syn | .fin) == (value & 3 == 3))
      #expect(header.flags.intersects(.syn | .fin) == (value & 3 != 0))
      let controls = (value & 1 == 1 ? 1 : 0) + (value & 2 == 2 ? 1 : 0)
      #expect(header.length == 3 + controls, "flags \(value)")
    }
  }

  @Test("All 16 values of the reserved bits are carried and change nothing else") func reserved() throws {
    for value: UInt8 in 0...15 {
      var naive = NaiveHeader(options: [1, 1, 1, 0], text: [9])
      naive.reserved = value
      Self.expectSame(try parsedSegment(naive.bytes), naive, "reserved \(value)")
    }
    var header = try parsedSegment(NaiveHeader().bytes)
    header.reserved = 0xFF
    #expect(emitted(header).bytes[12] == 0x5F, "the data offset is not overwritten")
  }

  // MUST-1: the window is a number from 0 to 65,535, never negative.
  @Test("The window is unsigned") func window() throws {
    for value: UInt16 in [0, 1, 0x7FFF, 0x8000, 0xFFFF] {
      var naive = NaiveHeader()
      naive.window = value
      #expect(Int(try parsedSegment(naive.bytes).window) == Int(value))
    }
  }

  // CVE-06: fewer than 20 octets are no header.
  @Test("Every length below 20 octets is too short") func tooShort() {
    let bytes = NaiveHeader().bytes
    for count in 0..<20 {
      #expect(throws: SegmentError.tooShort, "count \(count)") {
        try parseSegment(Array(bytes.prefix(count))).get()
      }
    }
  }

  // CVE-07: the data offset is checked against both ends.
  @Test("Every data offset with every length from 20 to 64 octets") func dataOffset() {
    for words: UInt8 in 0...15 {
      for count in 20...64 {
        var naive = NaiveHeader(options: [], text: [UInt8](repeating: 1, count: count - 20))
        naive.dataOffset = words
        switch parseSegment(naive.bytes) {
        case .success(let header):
          #expect(words >= 5 && Int(words) * 4 <= count, "words \(words), count \(count)")
          #expect(header.payloadCount == count - Int(words) * 4)
        case .failure(let error):
          let expected = words < 5 ? SegmentError.dataOffsetTooSmall : .dataOffsetBeyondSegment
          #expect(words < 5 || Int(words) * 4 > count, "words \(words), count \(count)")
          #expect(error == expected, "words \(words), count \(count)")
        }
      }
    }
  }

  // CVE-17: SEG.LEN of the longest segment with both controls does not wrap at 16 bits.
  @Test("The length counts SYN and FIN beyond 65,535") func longest() throws {
    for flags: UInt8 in [0x00, 0x01, 0x02, 0x03] {
      var naive = NaiveHeader(options: [], text: [UInt8](repeating: 7, count: 65_535))
      naive.flags = flags
      let header = try parsedSegment(naive.bytes)
      #expect(header.payloadCount == 65_535)
      #expect(header.length == 65_535 + [0, 1, 1, 2][Int(flags)])
    }
  }

  // CVE-09, CVE-10, RFC9293-X-8: at this layer an urgent pointer is a number, whatever the text's length.
  @Test("Any urgent pointer is carried as it is, with and without URG") func urgent() throws {
    for flags: UInt8 in [0x10, 0x30] {
      for pointer: UInt16 in [0, 1, 3, 4, 5, 0x7FFF, 0x8000, 0xFFFF] {
        var naive = NaiveHeader(options: [], text: [1, 2, 3, 4])
        naive.flags = flags
        naive.urgentPointer = pointer
        let header = try parsedSegment(naive.bytes)
        #expect(header.urgentPointer == pointer)
        #expect(header.payloadCount == 4 && header.length == 4)
        #expect(Array(emitted(header).bytes[18..<20]) == octets(pointer))
      }
    }
  }

  // MUST-2, MUST-3: the checksum field is where the pseudo header's sum is completed.
  @Test("The checksum field is at octet 16 and is emitted as zero") func checksumField() throws {
    #expect(SegmentHeader.checksumOffset == 16)
    #expect(SegmentHeader.minimumByteCount == 20)
    let header = try parsedSegment(NaiveHeader().bytes)
    #expect(header.checksum == 0xBEEF)
    #expect(Array(emitted(header).bytes[16..<18]) == [0, 0])
  }

  @Test(
    "Random octets of any length are a header or an error, as the naive reading says",
    arguments: [7, 8] as [UInt64])
  func randomOctets(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for round in 0..<2_000 {
      let bytes = random.octets(random.within(0...80))
      let words = bytes.count > 12 ? Int(bytes[12] >> 4) : 0
      switch parseSegment(bytes) {
      case .success(let header):
        #expect(bytes.count >= 20 && words >= 5 && words * 4 <= bytes.count, "seed \(seed), round \(round)")
        let area = Array(bytes[20..<(words * 4)])
        #expect(WalkedOptions(header.options) == WalkedOptions(area: area), "seed \(seed), round \(round)")
      case .failure(.tooShort): #expect(bytes.count < 20, "seed \(seed), round \(round)")
      case .failure(.dataOffsetTooSmall): #expect(words < 5, "seed \(seed), round \(round)")
      case .failure(.dataOffsetBeyondSegment):
        #expect(words * 4 > bytes.count, "seed \(seed), round \(round)")
      }
    }
  }

  @Test("Emitting into too little memory traps") func emitTraps() async {
    await #expect(processExitsWith: .failure) {
      let header = SegmentHeader(
        sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), acknowledgment: SequenceNumber(4),
        flags: .ack, window: 5)
      _ = written(0) { header.emit(into: $0.dropping(0, limit: 19)) }
    }
  }
}
