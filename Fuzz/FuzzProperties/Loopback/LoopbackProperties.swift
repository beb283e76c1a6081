import TCPCore

/// What two hosts owe each other and their users across a link that loses, doubles, delays and damages, with
/// any octets as an input script: the first octet chooses the hosts and their options, each eight after it
/// are one step, and what is left over chooses more (see `LoopbackChoice`). Then the link delivers
/// everything, and both connections must come to their end.
///
/// - Parameter observer: is shown everything that happens, for a trace.
package func checkLoopback(_ bytes: RawSpan, observer: LoopbackObserver? = nil) {
  guard bytes.byteCount > 0 else { return }
  var run = LoopbackRun(variant: bytes.uint8(at: 0), choice: LoopbackChoice(bytes), observer: observer)
  run.begin()
  var offset = 1
  var count = 0
  while offset + LoopbackStep.byteCount <= bytes.byteCount && count < LoopbackStep.limit {
    let step = LoopbackStep(bytes, at: offset)
    observer?.stepped("\(count): \(step.kind) \(step.side == LoopbackStep.left ? "left" : "right")")
    run.take(step)
    run.check(after: step)
    offset += LoopbackStep.byteCount
    count += 1
  }
  observer?.stepped("the adversary stops")
  run.drain()
}

/// Somebody who watches two hosts: for traces.
package protocol LoopbackObserver: AnyObject {
  func departed(_ side: Int, _ bytes: RawSpan, _ now: Instant)
  func arrived(_ side: Int, _ bytes: RawSpan, _ outcome: ArrivalOutcome, _ now: Instant)
  func stepped(_ description: String)
}
