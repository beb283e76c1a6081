// Input scripts about the path MTU where no router says anything (RFC 4821).

private let reporting = Setup(rings: .scaled70000)
private let plain = Setup(rings: .scaled70000, offersSACKAndScale: false)
private let bare = Setup(rings: .scaled70000, offersTimestamps: false, offersSACKAndScale: false)

/// A window of all that fits, and 9,000 octets that time out twice.
private let fall =
  activeOpen + [acknowledgeAll, writeMuch(3), pass(.threeSeconds)]
private let acknowledgeAll = segment(Flag.ack, window: .all)
private let oneSegment = segment(Flag.ack, acknowledges: .oneSegment, window: .all)
private let duplicate = segment(Flag.ack, acknowledges: .none, window: .all)
/// All is acknowledged, and more than that: the window takes a probe, and it leaves.
private let grow =
  [acknowledgeAll, writeMuch(3), acknowledgeAll, writeMuch(3)]
private let probingSwitch = options(0x29)
/// The probe in flight is lost alone.
private let loseProbe = [duplicate, duplicate, duplicate, duplicate, acknowledgeAll]
/// Probes that pass, up to one that failed before.
private let climb = (0..<6).flatMap { _ in [acknowledgeAll, writeMuch(3), acknowledgeAll, writeMuch(3)] }

let connectionHoleScripts: [Seed] =
  [
    Seed("black-hole-after-two-time-outs", connectionScript(reporting, fall + [acknowledgeAll])),
    Seed(
      "black-hole-and-pieces",
      connectionScript(
        plain,
        fall + (0..<12).map { _ in segment(Flag.ack, acknowledges: .oneSegment, window: .all) }
          + [acknowledgeAll])),
    Seed(
      "black-hole-down-to-the-floor", connectionScript(reporting, fall + [pass(.tenSeconds), acknowledgeAll])),
    Seed(
      "no-black-hole-where-probing-is-off",
      connectionScript(
        reporting, activeOpen + [probingSwitch, acknowledgeAll, writeMuch(3), pass(.tenSeconds), answer])),
    Seed(
      "black-hole-over-ipv6-is-none",
      connectionScript(
        Setup(rings: .scaled70000, isIPv6: true), fall + [pass(.tenSeconds), acknowledgeAll])),
  ]
  + [("reports", reporting), ("duplicates", plain), ("no-timestamps", bare)].flatMap { name, setup in
    [
      Seed("path-probe-passes-\(name)", connectionScript(setup, fall + grow + [acknowledgeAll, answer])),
      Seed(
        "path-probe-is-lost-\(name)",
        connectionScript(setup, fall + grow + [duplicate, duplicate, duplicate, duplicate, acknowledgeAll])),
      Seed(
        "path-probe-times-out-\(name)",
        connectionScript(setup, fall + grow + [pass(.tenSeconds), acknowledgeAll, answer])),
      Seed(
        "path-probe-and-a-router-\(name)",
        connectionScript(
          setup,
          fall + grow + [icmp(2, .none, mtu: 7), acknowledgeAll, writeMuch(3), acknowledgeAll, answer])),
      Seed(
        "path-search-switched-off-\(name)",
        connectionScript(
          setup, fall + grow + [probingSwitch, duplicate, duplicate, duplicate, acknowledgeAll])),
      Seed(
        "path-search-after-ten-minutes-\(name)",
        connectionScript(
          setup,
          activeOpen + [acknowledgeAll, writeMuch(1), icmp(2, .none, mtu: 2), acknowledgeAll]
            + [jump(.tenMinutes), writeMuch(1), acknowledgeAll, jump(.second), writeMuch(1), acknowledgeAll]
            + grow + [acknowledgeAll])),
      Seed(
        "path-probe-alone-is-carried-\(name)",
        connectionScript(
          setup, fall + grow + [acknowledgeAll, writeMuch(3), pass(.tenSeconds), acknowledgeAll, answer])),
    ]
  }
  + [
    Seed(
      "path-search-to-its-end-and-what-failed-passes",
      connectionScript(plain, fall + grow + loseProbe + climb + [acknowledgeAll])),
    Seed(
      "path-search-to-its-end-and-what-failed-fails",
      connectionScript(
        plain,
        fall + grow + loseProbe
          + (0..<5).flatMap { _ in [acknowledgeAll, writeMuch(3), acknowledgeAll, writeMuch(3)] }
          + loseProbe + climb + loseProbe + climb)),
    Seed(
      "path-search-and-every-probe-fails",
      connectionScript(plain, fall + (0..<8).flatMap { _ in grow + loseProbe } + [acknowledgeAll])),
    Seed(
      "path-probe-and-what-is-behind-are-lost",
      connectionScript(
        plain, fall + grow + loseProbe + grow + [duplicate, pass(.tenSeconds), oneSegment, acknowledgeAll])),
    Seed(
      "path-probe-behind-others",
      connectionScript(
        plain,
        fall + [acknowledgeAll, writeMuch(3), oneSegment, oneSegment, oneSegment, acknowledgeAll, answer])),
    Seed(
      "path-probe-behind-a-hole",
      connectionScript(
        plain,
        fall + [acknowledgeAll, writeMuch(3), oneSegment, duplicate, duplicate, duplicate]
          + (0..<4).map { _ in oneSegment } + [acknowledgeAll, answer])),
    Seed(
      "no-path-probe-without-text-behind",
      connectionScript(
        plain,
        fall + [acknowledgeAll, writeMuch(3), acknowledgeAll, acknowledgeAll, writeMuch(1), acknowledgeAll])),
    Seed(
      "path-probe-reported-missing",
      connectionScript(
        reporting,
        fall + grow + [
          segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0), pass(.forty),
          segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0), pass(.twoHundred),
          acknowledgeAll, writeMuch(3), acknowledgeAll, writeMuch(3), acknowledgeAll,
        ])),
  ]
