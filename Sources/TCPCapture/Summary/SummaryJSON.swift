import TCPCore

extension CaptureSummary {
  /// The same as one JSON object.
  public func json(sortedBy order: ConversationOrder = .number) -> String {
    var json = JSONText()
    json.add("records", records)
    json.add("datagrams", datagrams)
    json.add("segments", segments)
    json.add("icmp_errors", icmpErrors)
    json.add("unreadable", unreadable)
    json.add("retransmissions", retransmissions)
    json.add("keep_alives", keepAlives)
    json.add("incorrect_checksums", incorrectChecksums)
    json.add("not_read", json: CaptureSummary.json(notRead))
    json.add("remarks", json: CaptureSummary.json(remarks))
    let list = order.sorted(conversations).map(CaptureSummary.json)
    json.add("conversations", json: "[" + list.joined(separator: ", ") + "]")
    return json.object
  }

  private static func json(_ counts: [String: Int]) -> String {
    var json = JSONText()
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) { json.add(name, count) }
    return json.object
  }

  private static func json(_ conversation: ConversationSummary) -> String {
    var json = JSONText()
    json.add("number", conversation.number)
    json.add("initiator", Notation.text(conversation.initiator))
    json.add("responder", Notation.text(conversation.responder))
    json.add("seconds", json: Notation.seconds(conversation.duration))
    json.add("from_initiator", json: CaptureSummary.json(conversation.fromInitiator))
    json.add("from_responder", json: CaptureSummary.json(conversation.fromResponder))
    return json.object
  }

  private static func json(_ side: SideSummary) -> String {
    var json = JSONText()
    json.add("segments", side.segments)
    json.add("octets", side.textOctets)
    json.add("syn", side.syn)
    json.add("fin", side.fin)
    json.add("rst", side.rst)
    json.add("retransmissions", side.retransmissions)
    json.add("keep_alives", side.keepAlives)
    json.add("incorrect_checksums", side.incorrectChecksums)
    return json.object
  }
}
