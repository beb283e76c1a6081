// Input scripts in which the driver says that the link is back.

private let quick = Setup(isHasty: true)
private let linkUp = noteLinkUp()

let linkScripts: [Seed] = [
  Seed(
    "link-up-behind-doubled-time-outs",
    connectionScript(
      quick,
      activeOpen + [
        write(5), jump(.ten), answer, writeMuch(1), pass(.tenSeconds), linkUp, passToDeadline, answer,
      ])
  ),
  Seed(
    "link-up-twice-a-second-of-an-outage",
    connectionScript(
      Setup(),
      activeOpen + [write(5), pass(.threeSeconds)]
        + (0..<12).flatMap { _ in [pass(.halfSecond), linkUp] } + [pass(.second), answer])),
  Seed(
    "link-up-before-any-time-out",
    connectionScript(Setup(), activeOpen + [write(5), pass(.halfSecond), linkUp, pass(.second), answer])),
  Seed(
    "link-up-for-a-syn",
    connectionScript(Setup(), [connect, pass(.tenSeconds), linkUp, pass(.second), synchronizeAnswer])),
  Seed(
    "link-up-for-a-syn-ack",
    connectionScript(Setup(), [listen, synchronize, pass(.tenSeconds), linkUp, pass(.second), acknowledge])),
  Seed(
    "link-up-for-window-probes",
    connectionScript(
      Setup(),
      [connect, segment(Flag.syn | Flag.ack, window: .shut), write(30), pass(.minute), linkUp, pass(.second)]
        + [linkUp, pass(.threeSeconds), answer])),
  Seed(
    "link-up-right-before-the-end",
    connectionScript(
      Setup(),
      activeOpen + [options(3), write(5), pass(.minute), jump(.tenSeconds), linkUp, pass(.tenMinutes)])),
  Seed(
    "link-up-while-the-device-takes-nothing",
    connectionScript(
      Setup(),
      activeOpen + [write(5)] + [
        held(jump(.threeSeconds)), held(linkUp), held(jump(.tenSeconds)), linkUp, answer,
      ])),
  Seed(
    "link-up-behind-an-acknowledgment-without-a-sample",
    connectionScript(
      Setup(offersTimestamps: false),
      activeOpen + [
        write(20), write(20), pass(.tenSeconds), segment(Flag.ack, acknowledges: .oneSegment), linkUp,
      ]
        + [pass(.second), answer])),
  Seed(
    "link-up-again-before-the-probe",
    connectionScript(
      Setup(),
      [connect, segment(Flag.syn | Flag.ack, window: .shut), write(30), pass(.second), noteLinkUp()]
        + [pass(.halfSecond), noteLinkUp(), pass(.second), answer])),
  Seed("link-up-of-another-interface", connectionScript(Setup(), activeOpen + [noteLinkUp(255), linkUp])),
]
