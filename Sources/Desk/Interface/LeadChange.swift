/// What of a lead a person corrects; what is left out stays as it is.
public struct LeadChange: Codable, Sendable, Equatable {
    /// `qualifying`, `qualified`, `disqualified`, `opted_out` or `dormant`; the others follow from what happens.
    public var stage: String?
    /// Why, for colleagues; needed with a stage.
    public var reason: String?
    /// Who looks after the lead. Null: nobody.
    public var assigned_to: String??
    /// The stage also where another person has the conversation.
    public var force: Bool?
    public var request_id: String?

    enum CodingKeys: String, CodingKey { case stage, reason, assigned_to, force, request_id }

    public init(
        stage: String? = nil,
        reason: String? = nil,
        assigned_to: String?? = nil,
        force: Bool? = nil,
        request_id: String? = nil
    ) {
        self.stage = stage
        self.reason = reason
        self.assigned_to = assigned_to
        self.force = force
        self.request_id = request_id
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        stage = try container.decodeIfPresent(String.self, forKey: .stage)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        if container.contains(.assigned_to) {
            assigned_to = .some(try container.decodeIfPresent(String.self, forKey: .assigned_to))
        }
        force = try container.decodeIfPresent(Bool.self, forKey: .force)
        request_id = try container.decodeIfPresent(String.self, forKey: .request_id)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(stage, forKey: .stage)
        try container.encodeIfPresent(reason, forKey: .reason)
        if let assigned_to { try container.encode(assigned_to, forKey: .assigned_to) }
        try container.encodeIfPresent(force, forKey: .force)
        try container.encodeIfPresent(request_id, forKey: .request_id)
    }
}
