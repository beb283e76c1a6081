import TCPCapture
import TCPCore
import TCPLoopback
import Testing

/// Everything that a tool would do with a file.
private func digest(_ bytes: [UInt8]) throws(CaptureError) -> Int {
  let capture = try Capture(bytes)
  _ = capture.lines(numbers: .absolute)
  _ = capture.lines()
  _ = capture.ladders(width: 60)
  _ = capture.summary.description
  return capture.records.count
}

@Suite("No octets trap")
struct RobustnessTests {
  static let files: [[UInt8]] = {
    var pcapng = PcapngWriter(MemorySink(), interfaces: ["left", "right"])
    var pcap = PcapWriter(MemorySink())
    for (index, segment) in sampleConversation.enumerated() {
      let time = Instant(microseconds: UInt64(index) * 1_000)
      pcapng.write(segment.bytes, at: time, interface: index & 1, direction: .inbound, comment: "note")
      pcap.write(segment.bytes, at: time)
    }
    pcap.write(sampleICMP(type: 3, code: 4, mtu: 1400), at: Instant(microseconds: 0))
    let blocks = Blocks(bigEndian: true)
    let ethernet = [UInt8](repeating: 0, count: 12) + [0x81, 0, 0, 1, 8, 0] + sampleConversation[1].bytes
    let mixed =
      blocks.section() + blocks.interface(1, options: blocks.option(9, [0x94])) + blocks.interface(113)
      + blocks.packet(ticks: 1 << 40, ethernet) + blocks.block(3, blocks.word(62) + ethernet)
      + Blocks(bigEndian: false).section() + Blocks(bigEndian: false).interface(0)
      + Blocks(bigEndian: false).packet(ticks: 9, [2, 0, 0, 0] + sampleConversation[0].bytes)
    return [pcapng.bytes, pcap.bytes, mixed]
  }()

  @Test("A file cut at any octet gives an error or a shorter list", arguments: 0..<3)
  func truncation(file: Int) throws {
    let whole = RobustnessTests.files[file]
    let all = try Capture(whole).records.count
    var last = 0
    for count in 0..<whole.count {
      do throws(CaptureError) {
        let capture = try Capture([UInt8](whole.prefix(count)))
        #expect(capture.records.count < all || count == whole.count)
        #expect(capture.records.count >= last)
        last = capture.records.count
      } catch {
        #expect(last == 0)
      }
    }
  }

  @Test("Changed octets give an error or other lines", arguments: 0..<3)
  func changes(file: Int) {
    let whole = RobustnessTests.files[file]
    for seed in 0..<1_500 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch UInt8.random(in: 0...3, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 1: bytes[place] = [0, 1, 4, 127, 128, 255].randomElement(using: &random) ?? 0
        case 2: bytes.removeSubrange(place..<min(place + 4, bytes.count - 1))
        default: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
        }
      }
      _ = try? digest(bytes)
    }
  }

  @Test(
    "Changed octets in every link layer, tunnel and oddity give lines",
    arguments: CaptureFiles.lines.map(\.name))
  func changedFrames(name: String) throws {
    let whole = try [UInt8](CaptureFiles.bytes(name).prefix(4_000))
    for seed in 0..<150 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Behind the headers of the file and of the record, so that frames are still found.
        let place = Int.random(in: 40..<bytes.count, using: &random)
        bytes[place] = [0, 1, 4, 6, 41, 43, 44, 47, 51, 60, 127, 128, 255].randomElement(using: &random) ?? 0
      }
      _ = try? digest(bytes)
    }
  }

  @Test("A frame cut at any octet gives lines", arguments: CaptureFiles.lines.map(\.name))
  func cutFrames(name: String) throws {
    let whole = try CaptureFiles.bytes(name)
    let captured = Int(whole[32]) | Int(whole[33]) << 8
    for kept in 0...min(captured, 200) {
      var bytes = [UInt8](whole.prefix(40 + kept))
      bytes.replaceSubrange(32..<36, with: little(UInt32(kept)))
      #expect(try digest(bytes) == 1)
    }
  }

  @Test("A datagram cut at any octet gives a line") func cutDatagrams() {
    let samples = [
      sampleConversation[0].bytes, sampleConversation[3].bytes, sampleICMP(type: 3, code: 3, mtu: 0),
    ]
    for sample in samples {
      for count in 0...sample.count {
        var notation = SegmentLine()
        let piece = [UInt8](sample.prefix(count))
        #expect(!notation.line(for: piece, at: Instant(microseconds: 0)).isEmpty)
        #expect(!notation.line(for: piece, at: Instant(microseconds: 0), originalCount: 56).isEmpty)
      }
    }
  }
}
