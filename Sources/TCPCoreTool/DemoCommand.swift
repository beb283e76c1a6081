import TCPCapture
import TCPCore
import TCPLoopback

/// `tcpcore` alone: one short conversation from SYN to the last ACK, as a ladder.
struct DemoCommand {
  func run() throws(ToolError) -> Int32 {
    // The same conversation runs three times: to warm up, to count allocations, and to be shown.
    _ = try Conversation().hold()
    let counted = try Conversation()
    let watch = AllocationWatch()
    guard counted.hold() else { throw .failure("the conversation did not end") }
    let allocations = watch.count
    let shown = try Conversation()
    let narrator = Narrator(shown)
    Console.print("Two hosts, one process, virtual time; a link that takes 10 ms.\n")
    Console.print(narrator.heading)
    guard shown.hold(narrator) else { throw .failure("the conversation did not end") }
    var table = StateTable()
    table.add(shown.driver.left, name: "left")
    table.add(shown.driver.right, name: "right")
    Console.print("\n" + table.text + "\n")
    let left = shown.driver.left.counters
    let right = shown.driver.right.counters
    let heap = AllocationWatch.isAvailable ? "\(allocations)" : "not counted on this platform:"
    Console.print(
      "\(left.segmentsSent + right.segmentsSent) segments, \(shown.octetsRead) octets of text read, "
        + "\(left.segmentsRetransmitted + right.segmentsRetransmitted) sent again, "
        + "\(heap) heap allocations.")
    return allocations == 0 ? 0 : 1
  }
}

/// The two hosts of the conversation, and what they send each other.
package final class Conversation {
  static let question: StaticString = "hello, xiao mei."
  static let answer: StaticString = "hello, xiao ming.\n"

  package let driver: LoopbackDriver
  private(set) var leftHandle: Handle?
  private(set) var rightHandle: Handle?
  private(set) var octetsRead = 0
  private var buffer: [UInt8]

  package init() throws(ToolError) {
    var configuration = LoopbackConfiguration()
    configuration.host = HostConfiguration(connections: 2, sendCapacity: 4_096, receiveCapacity: 65_535)
    configuration.linkCapacity = 16
    configuration.rightward.delay = .milliseconds(10)
    configuration.leftward.delay = .milliseconds(10)
    buffer = [UInt8](repeating: 0, count: 64)
    do {
      driver = try LoopbackDriver(configuration)
    } catch {
      throw .failure("cannot make the hosts: \(error)")
    }
  }

  /// Runs the conversation. Returns whether all text was sent, read and the connection closed.
  package func hold(_ narrator: Narrator? = nil) -> Bool {
    if let narrator { driver.observer = { narrator.see($0, $1, $2) } }
    do throws(CallError) {
      try speak(narrator)
    } catch {
      return false
    }
    driver.observer = nil
    return octetsRead == 34 && isOver
  }

  private func speak(_ narrator: Narrator?) throws(CallError) {
    _ = try driver.right.listen(Endpoint(driver.address(.right), 80))
    narrator?.event(.right, "listen")
    leftHandle = try driver.left.connect(
      to: Endpoint(driver.address(.right), 80), at: driver.now)
    narrator?.event(.left, "connect")
    driver.run(for: .milliseconds(100))
    guard let event = driver.right.nextEvent(), let left = leftHandle else { throw .notConnected }
    rightHandle = event.handle
    narrator?.event(.right, "accept")
    try say(Conversation.question, .left, left, narrator)
    driver.run(for: .milliseconds(15))
    try hear(.right, event.handle)
    try say(Conversation.answer, .right, event.handle, narrator)
    driver.run(for: .milliseconds(100))
    try hear(.left, left)
    try driver.left.close(left, at: driver.now)
    narrator?.event(.left, "close")
    driver.run(for: .milliseconds(100))
    try driver.right.close(event.handle, at: driver.now)
    narrator?.event(.right, "close")
    driver.run(for: .milliseconds(100))
  }

  private func say(
    _ text: StaticString, _ side: Side, _ handle: Handle, _ narrator: Narrator?
  ) throws(CallError) {
    let bytes = unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    _ =
      side == .left
      ? unsafe try driver.left.write(handle, bytes.bytes, at: driver.now)
      : unsafe try driver.right.write(handle, bytes.bytes, at: driver.now)
    narrator?.event(side, "write \(text.utf8CodeUnitCount) octets")
  }

  private func hear(_ side: Side, _ handle: Handle) throws(CallError) {
    var failure: CallError?
    unsafe buffer.withUnsafeMutableBytes { room in
      do throws(CallError) {
        octetsRead +=
          side == .left
          ? unsafe try driver.left.read(handle, into: room, at: driver.now)
          : unsafe try driver.right.read(handle, into: room, at: driver.now)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private var isOver: Bool {
    guard let left = leftHandle, let right = rightHandle else { return false }
    let states = (try? driver.left.status(left).state, try? driver.right.status(right).state)
    return states.0 == .timeWait && states.1 == .closed
  }
}
