#if os(Linux)
  import TCPCapture
  import TCPCore
  import TCPLinux

  /// Writes what goes through a device into a pcapng file. Times are those of the monotonic clock.
  final class TUNCapture {
    private var writer: PcapngWriter<FileSink>
    private var failure: CaptureFileError?

    init(path: String, interfaces: [String]) throws(ToolError) {
      do throws(CaptureFileError) {
        writer = try PcapngWriter(try FileSink(path: path), interfaces: interfaces)
      } catch {
        throw .failure(error.description)
      }
    }

    /// Adds one datagram; the first failure is kept for `finish`.
    func add(
      _ bytes: RawSpan, at now: Instant, interface: Int = 0, direction: CaptureDirection? = nil,
      comment: String? = nil
    ) {
      guard failure == nil else { return }
      do throws(CaptureFileError) {
        try writer.write(bytes, at: now, interface: interface, direction: direction, comment: comment)
      } catch {
        failure = error
      }
    }

    /// Ends the file.
    func finish() throws(ToolError) {
      do throws(CaptureFileError) { try writer.sink.close() } catch { failure = failure ?? error }
      if let failure { throw .failure(failure.description) }
    }
  }
#endif
