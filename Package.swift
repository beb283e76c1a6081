// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

/// A program over one property, in a folder of its name.
func fuzzTarget(_ name: String, exclude: [String] = []) -> Target {
  .executableTarget(
    name: name, dependencies: ["FuzzProperties"], path: "Fuzz/\(name)", exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "tcp-core",
  platforms: [.macOS(.v26)],  // inline arrays and raw spans
  products: [
    .library(name: "TCPCore", targets: ["TCPCore"]),
    .library(name: "TCPCoreC", targets: ["TCPCoreC"]),
    .library(name: "TCPLinux", targets: ["TCPLinux"]),
    .library(name: "TCPCapture", targets: ["TCPCapture"]),
    .library(name: "TCPLoopback", targets: ["TCPLoopback"]),
    .library(name: "TCPScript", targets: ["TCPScript"]),
    .library(name: "TCPServices", targets: ["TCPServices"]),
    .executable(name: "tcpcore", targets: ["TCPCoreTool"]),
    .executable(name: "tcpcore-bench", targets: ["TCPCoreBenchmarks"]),
  ],
  targets: [
    // The core imports nothing. Its Architecture article, in TCPCore.docc, has the map of the repository.
    .target(name: "TCPCore", swiftSettings: strict),
    // The C interface: its header as a module, and the functions behind it.
    .systemLibrary(name: "CTCPCore", path: "Sources/TCPCoreC/include"),
    .target(
      name: "TCPCoreC", dependencies: ["TCPCore", "CTCPCore"],
      exclude: ["include", "build-library", "targets", "outside-symbols", "sizes"], swiftSettings: strict),
    .target(name: "CAllocationCounter"),
    .target(name: "TCPCapture", dependencies: ["TCPCore"], swiftSettings: strict),
    .target(name: "TCPLoopback", dependencies: ["TCPCore"], swiftSettings: strict),
    // What the fuzzing and the exploration judge both ends by.
    .target(name: "TCPOracle", dependencies: ["TCPCore"], swiftSettings: strict),
    // Explores all behaviours of two hosts. It copies hosts as octets all the time: all of it is unsafe.
    .target(
      name: "TCPExplorer", dependencies: ["TCPCore", "TCPOracle"], exclude: ["reachable"],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    // Scripts in packetdrill's language, played against a host in virtual time.
    .target(
      name: "TCPScript", dependencies: ["TCPCore", "TCPCapture", "TCPLoopback"], swiftSettings: strict),
    .target(
      name: "TCPTestSupport", dependencies: ["TCPCore", "TCPLoopback", "TCPCapture"],
      swiftSettings: strict),
    // Small servers and clients over a host: byte buffers and state, no system calls.
    .target(name: "TCPServices", dependencies: ["TCPCore"], swiftSettings: strict),
    // Empty on other systems than Linux.
    .target(name: "TCPLinux", dependencies: ["TCPCore"], swiftSettings: strict),
    .executableTarget(
      name: "TCPCoreTool",
      dependencies: [
        "TCPCore", "TCPCapture", "TCPLoopback", "TCPExplorer", "TCPScript", "TCPServices", "TCPLinux",
        "CAllocationCounter",
      ],
      swiftSettings: strict, plugins: ["RequirementTablePlugin"]),
    // Where each requirement is kept: read from the tables, the core and the tests when the tool is built.
    .target(name: "RequirementTrace", swiftSettings: strict),
    .executableTarget(
      name: "RequirementTableMaker", dependencies: ["RequirementTrace"], swiftSettings: strict),
    .plugin(
      name: "RequirementTablePlugin", capability: .buildTool(), dependencies: ["RequirementTableMaker"],
      path: "Sources/RequirementTablePlugin"),
    // Measures. It hands memory out and takes it back all the time, as a driver does: all of it is unsafe.
    .target(name: "CBenchmarkSupport"),
    .executableTarget(
      name: "TCPCoreBenchmarks", dependencies: ["TCPCore", "CAllocationCounter", "CBenchmarkSupport"],
      exclude: ["instructions", "Archive"],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .testTarget(
      name: "TCPCoreTests", dependencies: ["TCPCore", "TCPLoopback", "TCPTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPCoreCTests", dependencies: ["TCPCore", "TCPCoreC", "CTCPCore"],
      swiftSettings: [.treatAllWarnings(as: .error)]),  // it calls as C does: all of it is unsafe
    .testTarget(
      name: "ConformanceTests", dependencies: ["TCPCore", "TCPLoopback", "TCPScript", "TCPTestSupport"],
      exclude: ["Scripts", "event_processing.tsv", "requirements.tsv", "robustness_cases.tsv"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPLoopbackTests",
      dependencies: ["TCPCore", "TCPLoopback", "TCPTestSupport", "CAllocationCounter"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPExplorerTests", dependencies: ["TCPCore", "TCPExplorer"], exclude: ["Paths"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPCaptureTests",
      dependencies: ["TCPCore", "TCPCapture", "TCPLoopback", "TCPTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPScriptTests", dependencies: ["TCPCore", "TCPLoopback", "TCPScript"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPServicesTests", dependencies: ["TCPCore", "TCPServices", "TCPLoopback"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPLinuxTests",
      dependencies: ["TCPCore", "TCPLoopback", "TCPServices", "TCPLinux", "TCPTestSupport"],
      swiftSettings: strict),
    // Fuzzing: the properties, and one program for each kind of input.
    .target(
      name: "FuzzProperties", dependencies: ["TCPCore", "TCPOracle"], path: "Fuzz/FuzzProperties",
      swiftSettings: strict),
    fuzzTarget("FuzzSegment", exclude: ["FuzzSegment.dict", "FuzzSegment.options"]),
    fuzzTarget("FuzzOptions", exclude: ["FuzzOptions.dict"]),
    fuzzTarget("FuzzDatagram", exclude: ["FuzzDatagram.dict"]),
    fuzzTarget("FuzzReassembly"),
    fuzzTarget("FuzzConnection"),
    fuzzTarget("FuzzLoopback"),
    fuzzTarget("FuzzHost"),
    // The inputs that are made by hand, as Swift source.
    .executableTarget(
      name: "FuzzSeeds", dependencies: ["FuzzProperties"], path: "Fuzz/FuzzSeeds", swiftSettings: strict),
    // Shows what an input script does.
    .executableTarget(
      name: "FuzzReplay", dependencies: ["FuzzProperties", "TCPCapture", "TCPExplorer"],
      path: "Fuzz/FuzzReplay", swiftSettings: strict),
    .testTarget(
      name: "CorpusTests", dependencies: ["TCPCore", "FuzzProperties"], swiftSettings: strict),
    .testTarget(
      name: "TCPCoreBenchmarksTests", dependencies: ["TCPCore", "TCPCoreBenchmarks", "CBenchmarkSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TCPCoreToolTests",
      dependencies: [
        "TCPCore", "TCPCapture", "TCPLoopback", "TCPExplorer", "TCPScript", "TCPCoreTool", "TCPTestSupport",
      ],
      swiftSettings: strict),
    .testTarget(name: "TidyTests", dependencies: ["RequirementTrace"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
