import Foundation
import UnixSignals

/// Everything that the chat waits for, in one stream: one reader, no locks.
enum DemoSignal: Sendable {
    case happening(DemoBackend.Happening)
    case outcome(DemoSession.Outcome)
    /// From the keyboard, or from a pipe.
    case input([UInt8])
    case endOfInput
    case tick
    /// A wait, by its number, has lasted long enough.
    case deadline(Int)
    /// SIGINT or SIGTERM.
    case interrupt
}

/// Feeds the stream from the world. Ends with it.
struct DemoSignals: Sendable {
    let stream: AsyncStream<DemoSignal>
    let continuation: AsyncStream<DemoSignal>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(65_536))
    }

    /// Turns the signals that would end the process into one that lets it put the terminal right first.
    func interrupts() async {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { continuation.yield(.interrupt) }
    }

    /// Until the happenings end or the task is cancelled.
    func follow(_ happenings: AsyncStream<DemoBackend.Happening>) async {
        for await happening in happenings { continuation.yield(.happening(happening)) }
    }

    /// Reads standard input on a thread of its own: a read there may last for ever.
    func readInput() {
        let continuation = continuation
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(STDIN_FILENO, &buffer, buffer.count)
                if count > 0 {
                    continuation.yield(.input(Array(buffer[..<count])))
                } else if count == 0 || errno != EINTR {
                    continuation.yield(.endOfInput)
                    return
                }
            }
        }
    }

    /// One `deadline` after so many seconds, unless cancelled.
    func deadline(_ number: Int, after seconds: Int) -> Task<Void, Never> {
        Task { [continuation] in
            do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
            continuation.yield(.deadline(number))
        }
    }

    /// A tick twice a second, for the size of the window and the end of typing.
    func tick() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            continuation.yield(.tick)
        }
    }
}
