import Conversation
import Storage

extension Surroundings {
    /// Does at last what has to reach the store, however long that can't be reached: until `limit` is over, where one is
    /// given, or this task is cancelled. Other failures are thrown at once.
    func untilStored<T: Sendable>(limit: Int64? = nil, _ work: () async throws -> T) async throws -> T {
        let end = limit.map { now().adding(milliseconds: $0) }
        var pause: Int64 = 250
        while true {
            do { return try await work() } catch let error as StoreError {
                switch error {
                case .unavailable, .overloaded: break
                case .closed, .cannotOpen, .defect: throw error
                }
                let next = now().adding(milliseconds: pause)
                if let end, next > end { throw error }
                try await sleep(next)
                pause = min(pause * 2, 2_000)
            }
        }
    }
}
