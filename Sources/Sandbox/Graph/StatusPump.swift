import Synchronization

/// Holds statuses until they are due and posts those due together in one webhook, as Meta batches them.
final class StatusPump: Sendable {
    struct Item: Sendable {
        var due: Int
        var wamid: String
        var status: String
        var customer: Customer
        var key: String
        var callbackData: String?
        var category: String
        var error: GraphError?
        var order = 0
    }

    static let batchMax = 1_000
    private let settings: SandboxSettings
    private let courier: Courier
    private let plan: SharedPlan
    private let waiting = Mutex<(items: [Item], next: Int)>(([], 0))
    private let (signal, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    /// Called for each status as it goes out.
    private let onStatus: @Sendable (Item) -> Void

    init(settings: SandboxSettings, courier: Courier, plan: SharedPlan, onStatus: @escaping @Sendable (Item) -> Void) {
        self.settings = settings
        self.courier = courier
        self.plan = plan
        self.onStatus = onStatus
    }

    func schedule(_ item: Item) {
        var item = item
        var times = 1
        for fault in plan.draw(.statuses) {
            switch fault {
            case .drop: return
            case .delay(let milliseconds): item.due += milliseconds
            case .duplicate(let count): times = max(times, min(count, 10))
            // Meta was seen to send `delivered` before `sent`.
            case .reorder: item.due += 2_000
            default: break
            }
        }
        waiting.withLock { waiting in
            for _ in 0..<times {
                item.order = waiting.next
                waiting.next += 1
                waiting.items.append(item)
            }
        }
        bell.yield()
    }

    /// Runs until cancelled. Repeats of refused webhooks go on beside it and don't hold the others up.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in signal {
                while !Task.isCancelled {
                    let (due, wait) = take()
                    if !due.isEmpty {
                        for item in due { onStatus(item) }
                        let body = StatusPayload.webhook(due, settings: settings).json(escaped: true)
                        group.addTask { await self.courier.deliver(body, .whatsApp) }
                    }
                    guard let wait else { break }
                    // Short waits: an item that is due sooner may come in meanwhile.
                    do { try await Task.sleep(for: .milliseconds(min(max(wait, 1), 10))) } catch { return }
                }
            }
        }
    }

    /// What is due, oldest first, and how long until the next.
    private func take() -> (due: [Item], wait: Int?) {
        let now = settings.now()
        return waiting.withLock { waiting in
            guard !waiting.items.isEmpty else { return ([], nil) }
            var due: [Item] = []
            var rest: [Item] = []
            for item in waiting.items {
                if item.due <= now, due.count < Self.batchMax { due.append(item) } else { rest.append(item) }
            }
            waiting.items = rest
            due.sort { ($0.due, $0.order) < ($1.due, $1.order) }
            return (due, rest.map { $0.due - now }.min())
        }
    }
}

enum StatusPayload {
    static func webhook(_ items: [StatusPump.Item], settings: SandboxSettings) -> Payload {
        envelope(["statuses": .array(items.map(status))], settings: settings)
    }

    /// The envelope around one change of the field `messages`.
    static func envelope(_ value: Payload, settings: SandboxSettings) -> Payload {
        var full: Payload = [
            "messaging_product": "whatsapp",
            "metadata": [
                "display_phone_number": .string(settings.whatsApp.displayPhoneNumber),
                "phone_number_id": .string(settings.whatsApp.phoneNumberID),
            ],
        ]
        for member in value.members ?? [] { full[member.key] = member.value }
        return [
            "object": "whatsapp_business_account",
            "entry": [
                [
                    "id": .string(settings.whatsApp.businessAccountID),
                    "changes": [["field": "messages", "value": full]],
                ]
            ],
        ]
    }

    private static func status(_ item: StatusPump.Item) -> Payload {
        var status: Payload = [
            "id": .string(item.wamid), "status": .string(item.status), "timestamp": .string(String(item.due / 1_000)),
        ]
        if let waID = item.customer.waID { status["recipient_id"] = .string(waID) }
        if let userID = item.customer.userID { status["recipient_user_id"] = .string(userID) }
        if let data = item.callbackData { status["biz_opaque_callback_data"] = .string(data) }
        if let error = item.error {
            status["errors"] = [error.statusPayload]
        } else if item.status != "read" {
            let free = item.category == "service"
            status["pricing"] = [
                "billable": .bool(!free), "pricing_model": "PMP", "type": free ? "free_customer_service" : "regular",
                "category": .string(item.category),
            ]
        }
        return status
    }
}
