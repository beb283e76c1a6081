import Testing

/// To find the tests of a check, search for its name, such as Check5: the suites of figures name it.
@Suite("Each file of SegmentArrives has a suite that names it") struct CheckSuiteTests {
  @Test("A suite of ConformanceTests names each check and each state") func suites() {
    // The name may be on the line after the attribute.
    let suites = Repository.files(below: "Tests/ConformanceTests").flatMap { file in
      file.lines.indices.filter { file.lines[$0].hasPrefix("@Suite(") }.map {
        file.lines[$0...].prefix(2).joined()
      }
    }
    let files = TidyTests.core.filter { $0.path.hasPrefix("Sources/TCPCore/SegmentArrives/") }
    #expect(files.count >= 10)
    for file in files {
      let name = file.path.split(separator: "/").last?.split(separator: ".").first ?? ""
      // A check by its number, as Check5; what else there is by its whole name.
      let wanted = name.hasPrefix("Check") ? name.prefix(6) : name
      #expect(suites.contains { $0.contains(wanted) }, "no suite of figures names \(wanted)")
    }
  }
}
