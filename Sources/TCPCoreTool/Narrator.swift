import TCPCapture
import TCPCore
import TCPLoopback

/// Prints what happens between two hosts as a ladder, with the state of each end after each step.
package final class Narrator {
  private let conversation: Conversation
  private let show: (String) -> Void
  private var ladder: Ladder

  /// - Parameter show: takes each row; prints it if not given.
  package init(_ conversation: Conversation, show: @escaping (String) -> Void = { Console.print($0) }) {
    self.conversation = conversation
    self.show = show
    ladder = Ladder(left: "10.0.0.1", right: "10.0.0.2:80", start: conversation.driver.now)
  }

  package var heading: String { ladder.heading }

  /// Something that a user has done.
  func event(_ side: Side, _ text: String) {
    show(
      ladder.event(
        at: conversation.driver.now, left: side == .left ? text : nil, right: side == .right ? text : nil,
        leftState: state(.left), rightState: state(.right)))
  }

  /// A datagram has left or arrived.
  func see(_ event: DatagramEvent, _ side: Side, _ bytes: RawSpan) {
    guard case .arrived = event, case .segment(let segment) = CapturedDatagram(bytes) else { return }
    var text = [UInt8]()
    for index in segment.text { text.append(bytes.uint8(at: index)) }
    show(
      ladder.segment(
        at: conversation.driver.now, fromLeft: side == .right, header: segment.header, text: text,
        leftState: state(.left), rightState: state(.right)))
  }

  private func state(_ side: Side) -> String {
    conversation.driver.stateName(
      side, side == .left ? conversation.leftHandle : conversation.rightHandle)
  }
}
