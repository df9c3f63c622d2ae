import Conversation

/// The world behind the chat, as closures: a service and its sandbox, or a test's own.
struct DemoBackend: Sendable {
    /// What a customer can send.
    enum Outgoing: Equatable, Sendable {
        case text(String)
        /// A tap on a button or row of a message.
        case choice(Chat.Choice, of: String)
        case voice
    }

    /// What happens to the customer who is being played.
    enum Happening: Equatable, Sendable {
        case message(Chat.Message)
        case typing
        /// The business has read this message and all before it.
        case read(String)
        /// A line for who sits at the terminal.
        case notice(String)
    }

    struct Customer: Equatable, Sendable {
        var name: String
        /// Digits with country code.
        var phone: String
        var language: Language
    }

    var business: String
    /// To be listened to once.
    var happenings: AsyncStream<Happening>
    /// `14:02`, by the business's clock.
    var time: @Sendable () -> String
    /// Sends under an id of the caller's and returns once the service has it on disk.
    var send: @Sendable (Outgoing, _ id: String) async throws -> Void
    /// Pays as on the link's page. False: the payment was refused.
    var pay: @Sendable (_ url: String, SlashCommand.Pay) async throws -> Bool
    /// Nil while the service doesn't know the customer.
    var stage: @Sendable () async throws -> Stage.Name?
    var lead: @Sendable () async throws -> [String]
    var transcript: @Sendable () async throws -> [String]
    var become: @Sendable (Customer) async -> Void
    /// Ends the service without letting it finish anything, and starts it again on the same data.
    var restart: @Sendable () async throws -> Void
    /// Another id for a message.
    var newID: @Sendable () -> String
}
