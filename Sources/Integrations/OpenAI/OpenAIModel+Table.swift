extension OpenAIModel {
    /// The known models. Prices: LiteLLM's price file of November 2026; ends: OpenAI's deprecations page, same month.
    ///
    /// `reasoningEffort` is `none` only where the model is known to take it; elsewhere the model's default holds,
    /// because a wrong value is a 400 and a slow answer is not.
    public static let table: [String: OpenAIModel] = {
        let models = beforeSchemas + gpt4 + gpt5 + gpt6
        return Dictionary(uniqueKeysWithValues: models.map { ($0.name, $0) })
    }()

    /// The settings for a model name. A dated snapshot (`gpt-4o-2024-08-06`) takes those of its alias; a name unknown
    /// to the table but in OpenAI's way of naming takes what all its current models accept; anything else is taken
    /// for a compatible server, which gets nothing but what such servers have always understood.
    public static func named(_ name: String) -> OpenAIModel {
        if let model = table[name] { return model }
        if name.hasPrefix("ft:") { return fineTuned(name) }
        if let alias = table.keys.filter({ isSnapshot(name, of: $0) }).max(by: { $0.count < $1.count }),
            var model = table[alias]
        {
            model.name = name
            return model
        }
        return looksLikeOpenAI(name) ? unknownOpenAI(name) : compatible(name)
    }

    private static let beforeSchemas: [OpenAIModel] = [
        OpenAIModel(
            name: "gpt-4",
            systemRole: .system,
            tokenParameter: .maxCompletionTokens,
            schemaMode: .none,
            sendsTemperature: true,
            sendsOpenAIExtras: true,
            prices: Prices(input: 30_000_000, output: 60_000_000),
            contextTokens: 8192,
            maxOutputTokens: 4096,
            shutdown: "2026-10-23"
        ),
        OpenAIModel(
            name: "gpt-4-turbo",
            systemRole: .system,
            tokenParameter: .maxCompletionTokens,
            schemaMode: .jsonObject,
            sendsTemperature: true,
            sendsOpenAIExtras: true,
            prices: Prices(input: 10_000_000, output: 30_000_000),
            contextTokens: 128_000,
            maxOutputTokens: 4096,
            shutdown: "2026-10-23"
        ),
        // The first gpt-4o came before schemas.
        OpenAIModel(
            name: "gpt-4o-2024-05-13",
            systemRole: .developer,
            tokenParameter: .maxCompletionTokens,
            schemaMode: .jsonObject,
            sendsTemperature: true,
            sendsOpenAIExtras: true,
            contextTokens: 128_000,
            maxOutputTokens: 4096,
            shutdown: "2026-10-23"
        ),
    ]

    private static let gpt4: [OpenAIModel] = [
        gpt4("gpt-4o", Prices(input: 2_500_000, cachedInput: 1_250_000, output: 10_000_000), 128_000, 16_384),
        gpt4("gpt-4o-mini", Prices(input: 150_000, cachedInput: 75_000, output: 600_000), 128_000, 16_384),
        gpt4("gpt-4.1", Prices(input: 2_000_000, cachedInput: 500_000, output: 8_000_000), 1_047_576, 32_768),
        gpt4("gpt-4.1-mini", Prices(input: 400_000, cachedInput: 100_000, output: 1_600_000), 1_047_576, 32_768),
        gpt4(
            "gpt-4.1-nano",
            Prices(input: 100_000, cachedInput: 25_000, output: 400_000),
            1_047_576,
            32_768,
            shutdown: "2026-10-23"
        ),
    ]

    /// The reference has no prices for those before gpt-5.4-mini, so none are reported; their limits are OpenAI's own.
    private static let gpt5: [OpenAIModel] = [
        reasoning("o3", nil, context: 200_000, output: 100_000, shutdown: "2026-12-11"),
        reasoning("gpt-5", nil, context: 272_000, shutdown: "2026-12-11"),
        reasoning("gpt-5-mini", nil, context: 272_000, shutdown: "2026-12-11"),
        reasoning("gpt-5-nano", nil, context: 272_000, shutdown: "2026-12-11"),
        reasoning("gpt-5.1", nil, context: 272_000, shutdown: "2027-04-01"),
        reasoning("gpt-5.4-nano", nil, context: 272_000, shutdown: "2027-04-01"),
        reasoning(
            "gpt-5.4-mini",
            Prices(input: 750_000, cachedInput: 75_000, output: 4_500_000),
            context: 272_000
        ),
        reasoning(
            "gpt-5.6-luna",
            Prices(input: 200_000, cachedInput: 20_000, cacheWrite: 250_000, output: 1_200_000),
            context: 922_000
        ),
    ]

    private static let gpt6: [OpenAIModel] = [
        reasoning(
            "gpt-6-luna",
            Prices(input: 100_000, cachedInput: 10_000, cacheWrite: 125_000, output: 500_000),
            context: 1_050_000,
            effort: "none"
        ),
        reasoning(
            "gpt-6.1-terra",
            Prices(input: 1_000_000, cachedInput: 50_000, cacheWrite: 1_250_000, output: 5_000_000),
            context: 1_050_000
        ),
        reasoning(
            "gpt-6.1-sol",
            Prices(input: 2_000_000, cachedInput: 100_000, cacheWrite: 2_500_000, output: 10_000_000),
            context: 1_050_000
        ),
    ]

    private static func gpt4(
        _ name: String,
        _ prices: Prices,
        _ context: Int,
        _ output: Int,
        shutdown: String = "2027-01-14"
    ) -> OpenAIModel {
        OpenAIModel(
            name: name,
            systemRole: .developer,
            tokenParameter: .maxCompletionTokens,
            schemaMode: .jsonSchema,
            sendsTemperature: true,
            sendsOpenAIExtras: true,
            prices: prices,
            contextTokens: context,
            maxOutputTokens: output,
            shutdown: shutdown
        )
    }

    /// Temperature is refused unless reasoning is off.
    private static func reasoning(
        _ name: String,
        _ prices: Prices?,
        context: Int,
        output: Int = 128_000,
        effort: String? = nil,
        shutdown: String? = nil
    ) -> OpenAIModel {
        OpenAIModel(
            name: name,
            systemRole: .developer,
            tokenParameter: .maxCompletionTokens,
            schemaMode: .jsonSchema,
            sendsTemperature: effort == "none",
            reasoningEffort: effort,
            sendsOpenAIExtras: true,
            prices: prices,
            contextTokens: context,
            maxOutputTokens: output,
            shutdown: shutdown
        )
    }

    private static func unknownOpenAI(_ name: String) -> OpenAIModel {
        reasoning(name, nil, context: 128_000, output: 16_384)
    }

    private static func compatible(_ name: String) -> OpenAIModel {
        OpenAIModel(
            name: name,
            systemRole: .system,
            tokenParameter: .maxTokens,
            schemaMode: .jsonObject,
            sendsTemperature: true,
            sendsOpenAIExtras: false,
            contextTokens: 8192,
            maxOutputTokens: 2048
        )
    }

    /// `ft:gpt-4.1-mini-2025-04-14:business::id` does and ends like its base, at another price.
    private static func fineTuned(_ name: String) -> OpenAIModel {
        let base = name.dropFirst(3).prefix { $0 != ":" }
        var model = named(String(base))
        model.name = name
        model.prices = nil
        return model
    }

    /// `alias-2024-08-06` or `alias-0613`.
    private static func isSnapshot(_ name: String, of alias: String) -> Bool {
        guard name.hasPrefix(alias + "-") else { return false }
        let parts = name.dropFirst(alias.count + 1).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }) else { return false }
        return parts.map(\.count) == [4, 2, 2] || parts.map(\.count) == [4]
    }

    /// `gpt-7`, `o5-mini`; not `gpt-oss-20b`, which runs on servers of others.
    private static func looksLikeOpenAI(_ name: String) -> Bool {
        let rest = name.hasPrefix("gpt-") ? name.dropFirst(4) : name.hasPrefix("o") ? name.dropFirst(1) : ""
        return rest.first?.isASCIIDigit == true
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
