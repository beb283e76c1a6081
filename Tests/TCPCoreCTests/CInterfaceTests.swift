import CTCPCore
import TCPCore
import TCPCoreC
import Testing

@Suite("The C interface") struct CInterfaceTests {
  @Test("Text both ways, copied and in place, and the end of the stream") func conversation() {
    let pair = CHosts()
    let (left, right, listener) = pair.connect()
    let hosts = pair.hosts
    let text = Array("hello".utf8)
    #expect(tcpcore_write(hosts[0], left, text, 5, pair.now) == 5)
    pair.carry()
    var runs = [tcpcore_run_t(), tcpcore_run_t()]
    #expect(tcpcore_peek(hosts[1], right, &runs, pair.now) == 5)
    #expect(Array(UnsafeBufferPointer(start: runs[0].octets, count: 5)) == text)
    #expect(tcpcore_consume(hosts[1], right, 6, pair.now) == TCPCORE_ERROR_INVALID_ARGUMENT)
    #expect(tcpcore_consume(hosts[1], right, 5, pair.now) == TCPCORE_OK)
    #expect(tcpcore_peek(hosts[1], right, &runs, pair.now) == TCPCORE_ERROR_WOULD_BLOCK)

    #expect(tcpcore_reserve(hosts[1], right, &runs, pair.now) == 4_096)
    runs[0].octets[0] = 7
    #expect(tcpcore_commit(hosts[1], right, 4_097, pair.now) == TCPCORE_ERROR_INVALID_ARGUMENT)
    #expect(tcpcore_commit(hosts[1], right, 1, pair.now) == TCPCORE_OK)
    #expect(tcpcore_close(hosts[1], right, pair.now) == TCPCORE_OK)
    pair.carry()
    var buffer = [UInt8](repeating: 0, count: 8)
    #expect(tcpcore_read(hosts[0], left, &buffer, 8, pair.now) == 1)
    #expect(buffer[0] == 7)
    #expect(tcpcore_read(hosts[0], left, &buffer, 8, pair.now) == TCPCORE_ERROR_END_OF_STREAM)
    #expect(tcpcore_release(hosts[0], left, pair.now) == TCPCORE_OK)
    #expect(tcpcore_close(hosts[1], listener, pair.now) == TCPCORE_OK)
    #expect(tcpcore_close(hosts[1], listener, pair.now) == TCPCORE_ERROR_STALE_HANDLE)
  }

  @Test("Events and polling say the same") func events() {
    let pair = CHosts()
    let (left, right, listener) = pair.connect()
    let hosts = pair.hosts
    #expect(tcpcore_poll(hosts[0], left, UInt32.max) == TCPCORE_WRITABLE)
    #expect(tcpcore_poll(hosts[1], listener, UInt32.max) == 0)
    var event = tcpcore_event_t()
    #expect(tcpcore_next_event(hosts[0], &event) == 1)
    #expect(event.handle == left && event.events == UInt32(TCPCORE_WRITABLE))
    #expect(tcpcore_next_event(hosts[0], &event) == 0)
    #expect(tcpcore_write_urgent(hosts[0], left, [1, 2], 2, pair.now) == 2)
    pair.carry()
    let wanted = TCPCORE_READABLE | TCPCORE_URGENT
    #expect(tcpcore_poll(hosts[1], right, UInt32(wanted)) == wanted)
    #expect(tcpcore_abort(hosts[0], left, pair.now) == TCPCORE_OK)
    pair.carry()
    #expect(tcpcore_poll(hosts[1], right, UInt32(TCPCORE_ENDED)) == TCPCORE_ENDED)
    var status = tcpcore_status_t()
    #expect(tcpcore_status(hosts[1], right, &status) == TCPCORE_OK)
    #expect(status.end_reason == UInt32(TCPCORE_END_RESET) && status.remote.port >= 1_024)
    #expect(status.local.port == 80 && status.unread == 2)
    var occupancy = tcpcore_occupancy_t()
    #expect(tcpcore_occupancy(hosts[1], &occupancy) == TCPCORE_OK)
    #expect(occupancy.connections == 1 && occupancy.listeners == 1)
  }

  @Test("A host goes on from a snapshot, and a clock that goes back is reported") func snapshots() {
    let pair = CHosts()
    let (left, _, _) = pair.connect()
    let host = pair.hosts[0]
    let size = pair.memory[0].count
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { copy.deallocate() }
    #expect(
      tcpcore_snapshot(host, copy.baseAddress, UInt64(size - 1)) == Int64(TCPCORE_ERROR_BUFFER_TOO_SMALL))
    #expect(tcpcore_snapshot(host, copy.baseAddress, UInt64(size)) == Int64(size))
    var restored: OpaquePointer?
    #expect(tcpcore_restore(copy.baseAddress, UInt64(size), &restored) == TCPCORE_OK)
    #expect(tcpcore_digest(restored) == tcpcore_digest(host))
    #expect(tcpcore_write(restored, left, [1], 1, pair.now) == 1)
    #expect(tcpcore_digest(restored) != tcpcore_digest(host))
    #expect(tcpcore_expire(host, pair.now - 1, 8) == TCPCORE_ERROR_CLOCK_WENT_BACK)
    #expect(tcpcore_expire(host, pair.now, 8) == 0)
  }

  @Test("A smaller MTU makes full segments of text that waited, and they leave") func smallerMTU() {
    let pair = CHosts()
    let (left, _, _) = pair.connect()
    let host = pair.hosts[0]
    let text = [UInt8](repeating: 1, count: 200)
    var buffer = [UInt8](repeating: 0, count: 1_500)
    #expect(tcpcore_write(host, left, text, 50, pair.now) == 50)
    #expect(tcpcore_transmit(host, &buffer, 1_500, pair.now, nil) == 102)
    #expect(tcpcore_write(host, left, text, 200, pair.now) == 200)  // waits for the acknowledgment (MUST-17)
    #expect(tcpcore_transmit(host, &buffer, 1_500, pair.now, nil) == 0)
    #expect(tcpcore_set_interface(host, 0, 152, 0) == TCPCORE_OK)
    #expect(tcpcore_deadline(host) == pair.now)
    #expect(tcpcore_transmit(host, &buffer, 1_500, pair.now, nil) == 152)
    #expect(tcpcore_expire(host, pair.now, 0) == TCPCORE_ERROR_INVALID_ARGUMENT)
  }

  @Test("More text follows: a short segment waits for it, 200 ms at most") func moreComing() {
    let pair = CHosts()
    let (left, _, _) = pair.connect()
    let host = pair.hosts[0]
    let text = [UInt8](repeating: 1, count: 2_000)
    var buffer = [UInt8](repeating: 0, count: 1_500)
    func transmit() -> Int32 {
      let count = tcpcore_transmit(host, &buffer, 1_500, pair.now, nil)
      if count > 0 { _ = tcpcore_arrive(pair.hosts[1], 0, buffer, UInt32(count), pair.now) }
      return count
    }
    func acknowledge() {
      pair.now += 40_000
      _ = tcpcore_expire(pair.hosts[1], pair.now, 8)
      pair.carry()
    }
    #expect(tcpcore_write_more(host, left, text, 50, pair.now) == 50)
    #expect(transmit() == 0)
    #expect(tcpcore_deadline(host) == pair.now + 200_000)
    #expect(tcpcore_write(host, left, text, 10, pair.now) == 10)
    #expect(transmit() == 20 + 32 + 60, "nothing follows: all leaves in one segment")
    acknowledge()

    // What fills a segment leaves at once, the rest when that is acknowledged and nobody added to it in time.
    var runs = [tcpcore_run_t(), tcpcore_run_t()]
    #expect(tcpcore_reserve(host, left, &runs, pair.now) == 4_096)
    #expect(tcpcore_commit_more(host, left, 1_500, pair.now) == TCPCORE_OK)
    #expect(transmit() == 1_500)
    #expect(transmit() == 0)
    acknowledge()
    pair.now += 199_999
    _ = tcpcore_expire(host, pair.now, 8)
    #expect(transmit() == 0)
    pair.now += 1
    _ = tcpcore_expire(host, pair.now, 8)
    #expect(transmit() == 20 + 32 + 52)
  }

  @Test("The deadline of the timers does not count what the device has yet to take") func timerDeadline() {
    let pair = CHosts()
    let (left, _, _) = pair.connect()
    let host = pair.hosts[0]
    var buffer = [UInt8](repeating: 0, count: 1_500)
    #expect(tcpcore_timer_deadline(host) == UInt64.max)
    #expect(tcpcore_write(host, left, [1], 1, pair.now) == 1)
    #expect(tcpcore_deadline(host) == pair.now)
    #expect(tcpcore_timer_deadline(host) > pair.now)
    #expect(tcpcore_transmit(host, &buffer, 1_500, pair.now, nil) == 53)
    // Where the peer reports by SACK, a tail loss probe may be due before the time-out.
    #expect(tcpcore_timer_deadline(host) == pair.now + 10_000)
    #expect(tcpcore_deadline(host) == pair.now + 10_000)
  }

  @Test("Options come back as they were given, within their bounds") func options() {
    let pair = CHosts()
    let (left, _, _) = pair.connect()
    let host = pair.hosts[0]
    var options = tcpcore_options_t()
    tcpcore_options_default(&options)
    #expect(options.minimum_timeout == 1_000 && options.user_timeout == UInt32.max)
    options.minimum_timeout = 200
    options.acknowledgment_delay = 9_999
    options.user_timeout = 30_000
    options.flags = UInt16(TCPCORE_OPTION_KEEP_ALIVE | TCPCORE_OPTION_STRICT_TIMESTAMPS)
    #expect(options.released_limit == 120_000)
    options.released_limit = 5_000
    #expect(options.congestion_control == UInt32(TCPCORE_CONTROL_CUBIC))
    options.congestion_control = UInt32(TCPCORE_CONTROL_NEWRENO)
    #expect(options.ecn == UInt32(TCPCORE_ECN_ANSWER))
    options.ecn = UInt32(TCPCORE_ECN_OFFER)
    #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_OK)
    var read = tcpcore_options_t()
    #expect(tcpcore_options(host, left, &read) == TCPCORE_OK)
    #expect(read.minimum_timeout == 200 && read.acknowledgment_delay == 499 && read.user_timeout == 30_000)
    #expect(read.flags == UInt16(TCPCORE_OPTION_KEEP_ALIVE | TCPCORE_OPTION_STRICT_TIMESTAMPS))
    #expect(read.released_limit == 5_000 && read.congestion_control == UInt32(TCPCORE_CONTROL_NEWRENO))
    var status = tcpcore_status_t()
    #expect(tcpcore_status(host, left, &status) == TCPCORE_OK)
    #expect(status.congestion_control == UInt32(TCPCORE_CONTROL_NEWRENO))
    #expect(read.ecn == UInt32(TCPCORE_ECN_OFFER) && status.uses_ecn == 0)
    #expect(status.congestion_phase == UInt32(TCPCORE_PHASE_SLOW_START))
    options.congestion_control = 99
    options.ecn = 99
    #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_OK)
    #expect(tcpcore_options(host, left, &read) == TCPCORE_OK)
    #expect(read.congestion_control == UInt32(TCPCORE_CONTROL_CUBIC))
    #expect(read.ecn == UInt32(TCPCORE_ECN_ANSWER))
    options.ecn = UInt32(TCPCORE_ECN_OFF)
    #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_OK)
    #expect(tcpcore_options(host, left, &read) == TCPCORE_OK)
    #expect(read.ecn == UInt32(TCPCORE_ECN_OFF))
    for (limit, kept) in [(0, 0), (64, 64), (65_535, 65_535), (100_000, 65_535)] as [(UInt32, UInt32)] {
      options.maximum_sent_segment_size = limit
      #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_OK)
      #expect(tcpcore_options(host, left, &read) == TCPCORE_OK)
      #expect(read.maximum_sent_segment_size == kept)
    }
    options.maximum_sent_segment_size = 63
    #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_ERROR_INVALID_ARGUMENT)
    #expect(tcpcore_options(host, left, &read) == TCPCORE_OK)
    #expect(read.maximum_sent_segment_size == 65_535, "a call that fails changes nothing")
  }

  // RFC5482-1, RFC5482-2
  @Test("The options about user time-outs, and what comes of them") func userTimeouts() {
    let pair = CHosts()
    let (left, _, _) = pair.connect()
    let host = pair.hosts[0]
    var (options, read) = (tcpcore_options_t(), tcpcore_options_t())
    tcpcore_options_default(&options)
    #expect(options.user_timeout_policy == UInt32(TCPCORE_USER_TIMEOUT_OFF))
    #expect(options.maximum_user_timeout == 3_600_000)
    for (policy, kept) in [(1, 1), (2, 2), (3, 0), (UInt32.max, 0), (0, 0)] as [(UInt32, UInt32)] {
      options.user_timeout_policy = policy
      #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_OK)
      #expect(tcpcore_options(host, left, &read) == TCPCORE_OK)
      #expect(read.user_timeout_policy == kept)
    }
    let limits: [(UInt32, UInt32)] = [
      (0, 100_000), (100_999, 100_000), (101_000, 101_000), (65_535_000, 65_535_000),
      (65_536_000, 65_535_000),
      (UInt32.max, 65_535_000),
    ]
    for (limit, kept) in limits {
      options.maximum_user_timeout = limit
      #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_OK)
      #expect(tcpcore_options(host, left, &read) == TCPCORE_OK)
      #expect(read.maximum_user_timeout == kept)
    }
    var status = tcpcore_status_t()
    #expect(tcpcore_status(host, left, &status) == TCPCORE_OK)
    #expect(status.user_timeout == 100_000 && status.peer_user_timeout == 0)
    options.retransmission_limit = UInt32.max
    #expect(tcpcore_set_options(host, left, &options, pair.now) == TCPCORE_OK)
    #expect(tcpcore_status(host, left, &status) == TCPCORE_OK)
    #expect(status.user_timeout == UInt32.max)
  }

  @Test("The status says what the sender knows of the path") func path() {
    let pair = CHosts()
    let (left, _, _) = pair.connect()
    let host = pair.hosts[0]
    var status = tcpcore_status_t()
    #expect(tcpcore_status(host, left, &status) == TCPCORE_OK)
    #expect(status.in_network == 0 && status.losses == 0 && status.reductions_undone == 0)
    var buffer = [UInt8](repeating: 0, count: 1_500)
    #expect(tcpcore_write(host, left, [1], 1, pair.now) == 1)
    #expect(tcpcore_transmit(host, &buffer, 1_500, pair.now, nil) == 53)
    #expect(tcpcore_status(host, left, &status) == TCPCORE_OK)
    #expect(status.flight == 1 && status.in_network == 1)
    // The probe of the tail, and then the time-out.
    for _ in 0..<8 where status.unanswered_timeouts == 0 {
      pair.now = tcpcore_timer_deadline(host)
      #expect(tcpcore_expire(host, pair.now, 64) == TCPCORE_OK)
      _ = tcpcore_transmit(host, &buffer, 1_500, pair.now, nil)
      #expect(tcpcore_status(host, left, &status) == TCPCORE_OK)
    }
    #expect(status.losses == 1 && status.unanswered_timeouts == 1 && status.reductions_undone == 0)
    #expect(status.flight == 1 && status.in_network == 1, "it has left again")
    #expect(status.minimum_round_trip < status.retransmission_timeout)
    #expect(status.round_trip_variance <= status.smoothed_round_trip)
    #expect(status.minimum_round_trip == 0 && status.reordering_window == 1_000, "as the wire takes no time")
  }

  @Test("A listener turns into a connection with its port") func turning() {
    let pair = CHosts()
    let (_, _, listener) = pair.connect()
    var own: UInt64 = 0
    var local = tcpcore_endpoint_t(address: CHosts.address(0), port: 4_000)
    var remote = tcpcore_endpoint_t(address: CHosts.address(1), port: 80)
    #expect(tcpcore_listen(pair.hosts[0], &local, 0, 1, 0, 0, nil, &own) == TCPCORE_OK)
    var made: UInt64 = 0
    #expect(tcpcore_connect_listener(pair.hosts[0], own, &remote, pair.now, &made) == TCPCORE_OK)
    pair.carry()
    var status = tcpcore_status_t()
    #expect(tcpcore_status(pair.hosts[0], made, &status) == TCPCORE_OK)
    #expect(status.state == UInt32(TCPCORE_ESTABLISHED) && status.local.port == 4_000)
    #expect(tcpcore_poll(pair.hosts[1], listener, UInt32(TCPCORE_ACCEPTED)) == TCPCORE_ACCEPTED)
    #expect(tcpcore_close(pair.hosts[0], own, pair.now) == TCPCORE_ERROR_STALE_HANDLE)
  }

  @Test("Every error has a number and a text of its own") func errors() {
    let calls = (0...UInt8.max).compactMap(CallError.init(rawValue:)).map(\.code)
    let sizes = (0...UInt8.max).compactMap(ConfigurationError.init(rawValue:)).map(\.code)
    #expect(calls.first == TCPCORE_ERROR_STALE_HANDLE && calls.last == TCPCORE_ERROR_INVALID_ARGUMENT)
    #expect(CallError.addressGone.code == TCPCORE_ERROR_ADDRESS_GONE)
    #expect(CallError.connectionExists.code == TCPCORE_ERROR_CONNECTION_EXISTS)
    #expect(sizes.first == TCPCORE_ERROR_BAD_RING_CLASSES && sizes.last == TCPCORE_ERROR_BAD_SNAPSHOT)
    #expect(ConfigurationError.memoryMisaligned.code == TCPCORE_ERROR_MEMORY_MISALIGNED)
    let own = [
      TCPCORE_OK, TCPCORE_ERROR_NULL, TCPCORE_ERROR_NO_HOST, TCPCORE_ERROR_BUFFER_TOO_SMALL,
      TCPCORE_ERROR_OVERLAP, TCPCORE_ERROR_CLOCK_WENT_BACK,
    ]
    let texts = (calls + sizes + own).map { String(cString: tcpcore_strerror($0)) }
    #expect(Set(texts).count == texts.count && !texts.contains("unknown error"))
    for code in [1, -19, -31, -41, -63, -69, Int32.min, Int32.max] {
      #expect(String(cString: tcpcore_strerror(code)) == "unknown error")
    }
  }

  @Test("States and outcomes have the header's numbers") func names() {
    #expect(String(cString: tcpcore_state_name(UInt32(TCPCORE_FIN_WAIT_2))) == "FIN-WAIT-2")
    #expect(String(cString: tcpcore_state_name(UInt32(TCPCORE_TIME_WAIT))) == "TIME-WAIT")
    #expect(String(cString: tcpcore_state_name(11)) == "?")
    #expect(Int(TCPCORE_OUTCOMES) == ArrivalOutcome.count)
    let names = (0..<UInt32(TCPCORE_OUTCOMES)).map { String(cString: tcpcore_outcome_name($0)) }
    #expect(Set(names).count == names.count && !names.contains("?"))
    #expect(String(cString: tcpcore_outcome_name(UInt32(TCPCORE_OUTCOMES))) == "?")
    #expect(EndReason.addressGone.rawValue == UInt8(TCPCORE_END_ADDRESS_GONE))
    #expect(SoftError.parameterProblem.rawValue == UInt8(TCPCORE_SOFT_PARAMETER_PROBLEM))
    #expect(EventSet.softError.rawValue == UInt8(TCPCORE_SOFT_ERROR))
  }

  @Test("When a listener answers with cookies is a choice of the configuration") func cookies() {
    var configuration = tcpcore_configuration_t()
    tcpcore_configuration_default(&configuration, 1, 1, 1)
    #expect(configuration.syn_cookies == UInt32(TCPCORE_COOKIES_AUTOMATIC))
    #expect(SYNCookiePolicy.automatic.rawValue == UInt8(TCPCORE_COOKIES_AUTOMATIC))
    #expect(SYNCookiePolicy.never.rawValue == UInt8(TCPCORE_COOKIES_NEVER))
    #expect(SYNCookiePolicy.always.rawValue == UInt8(TCPCORE_COOKIES_ALWAYS))
    for choice in [TCPCORE_COOKIES_AUTOMATIC, TCPCORE_COOKIES_NEVER, TCPCORE_COOKIES_ALWAYS, 3] {
      let pair = CHosts(synCookies: choice)
      let (left, right, _) = pair.connect()
      var counters = tcpcore_counters_t()
      #expect(tcpcore_counters(pair.hosts[1], &counters) == TCPCORE_OK)
      let expected: UInt64 = choice == TCPCORE_COOKIES_ALWAYS ? 1 : 0
      #expect(counters.cookies_sent == expected && counters.cookies_accepted == expected)
      #expect(tcpcore_write(pair.hosts[0], left, [7], 1, pair.now) == 1)
      pair.carry()
      var octet: UInt8 = 0
      #expect(tcpcore_read(pair.hosts[1], right, &octet, 1, pair.now) == 1 && octet == 7)
    }
  }

  @Test("Counters arrive in their fields") func counters() {
    let pair = CHosts()
    _ = pair.connect()
    let host = pair.hosts[1]
    var counters = tcpcore_counters_t()
    #expect(tcpcore_counters(host, &counters) == TCPCORE_OK)
    #expect(counters.outcomes.0 == 2 && counters.segments_sent == 1 && counters.connections_established == 1)
    #expect(
      tcpcore_arrive(host, 0, [0x45], 1, pair.now) == Int32(ArrivalOutcome.datagramTooShort.rawValue))
    #expect(tcpcore_counters(host, &counters) == TCPCORE_OK)
    #expect(counters.outcomes.1 == 1)
  }
}
