import Testing

extension ProblemTests {
    /// One edit of a shipped file and what the operator must be told.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var file: String
        var old: String
        var new: String
        var reason: String
        var mend: String
        var testDescription: String { "\(file): \(reason)" }
    }

    static let mistakes: [Mistake] = [
        .init(
            file: "config/qualification.yaml",
            old: "    type: name\n",
            new: "    type: nmae\n",
            reason: "`nmae` is no type of a field",
            mend: "did you mean `name`?"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "    weight: 10\n",
            new: "    wieght: 10\n",
            reason: "`wieght` is no key",
            mend: "did you mean `weight`?"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "    weight: 10\n",
            new: "    weight: ten\n",
            reason: "`weight` is \"ten\"",
            mend: "whole number"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "id: business",
            new: "id: name",
            reason: "the id `name` stands twice",
            mend: "rename"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "id: business",
            new: "id: My Business",
            reason: "is no id",
            mend: "lower-case"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "{ field: team_size, at_least: 5 }",
            new: "{ field: team_sise, at_least: 5 }",
            reason: "no field `team_sise`",
            mend: "did you mean `team_size`?"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "{ field: team_size, at_least: 5 }",
            new: "{ field: name, at_least: 5 }",
            reason: "`at_least` makes no sense here",
            mend: "integer or money"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "    disqualify: true\n",
            new: "",
            reason: "`points` or `disqualify: true`",
            mend: "write one"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "qualifies_at: 45",
            new: "qualifies_at: 900",
            reason: "no lead can reach",
            mend: "lower it"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "disqualifies_below: 15",
            new: "disqualifies_below: 60",
            reason: "`disqualifies_below` is above",
            mend: "lower"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "en: WhatsApp assistant,",
            new: "en: The assistant for WhatsApp,",
            reason: "has 26 characters",
            mend: "at most 20"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "automatizacao, automacao",
            new: "automatização, automacao",
            reason: "accents",
            mend: "without accents"
        ),
        .init(
            file: "config/qualification.yaml",
            old: "    min: 1\n",
            new: "    min: 9000\n",
            reason: "`min` is above `max`",
            mend: "exchange"
        ),
        .init(
            file: "config/catalog.yaml",
            old: "price: 490",
            new: "price: -490",
            reason: "can't be charged",
            mend: "above 0.50"
        ),
        .init(
            file: "config/catalog.yaml",
            old: "currency: EUR",
            new: "currency: EURO",
            reason: "no known currency",
            mend: "ISO 4217"
        ),
        .init(
            file: "config/catalog.yaml",
            old: "equals: website",
            new: "equals: webseite",
            reason: "`webseite` is no option",
            mend: "did you mean `website`?"
        ),
        .init(
            file: "config/catalog.yaml",
            old: "en: Business website",
            new: "en: A professional business website",
            reason: "has 31 characters",
            mend: "at most 24"
        ),
        .init(
            file: "config/catalog.yaml",
            old: "      en: Business website\n",
            new: "",
            reason: "`en` is missing",
            mend: "add `en"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "  greeting: ",
            new: "  greting: ",
            reason: "`greting` is no key",
            mend: "did you mean `greeting`?"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "  acknowledge: Thank you, noted.\n",
            new: "",
            reason: "`acknowledge` is missing",
            mend: "add `acknowledge"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "assistant of {{business}}. A",
            new: "assistant of {{busines}}. A",
            reason: "`{{busines}}` is unknown",
            mend: "did you mean `{{business}}`?"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "{{price_site}}, with",
            new: "{{price_sight}}, with",
            reason: "`{{price_sight}}` is unknown",
            mend: "did you mean `{{price_site}}`?"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "  pay_button: Pay now",
            new: "  pay_button: Pay now with your card",
            reason: "has 22 characters",
            mend: "at most 20"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "buy_button: Yes, go ahead",
            new: "buy_button: Talk to someone",
            reason: "two buttons are called",
            mend: "name them apart"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "  email: Which",
            new: "  emial: Which",
            reason: "`emial` is no key",
            mend: "did you mean `email`?"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "*{{product}}*: {{price}}",
            new: "*{{product}}*",
            reason: "doesn't name `{{price}}`",
            mend: "put it in"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "assistant of {{business}}. A",
            new: "assistant of {{business}. A",
            reason: "braces that don't match",
            mend: "{{name}}"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "  anything_else: ",
            new: "  anything_else: " + String(repeating: "long ", count: 250),
            reason: "characters",
            mend: "1024"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "  declined: No",
            new: "  declined: x\n  declined: No",
            reason: "`declined` stands here twice",
            mend: "remove one"
        ),
        .init(
            file: "Prompts/messages/en.yaml",
            old: "texts:\n",
            new: "texts: [\n",
            reason: "not YAML",
            mend: "quotes"
        ),
        .init(
            file: "Prompts/system.md",
            old: "{{default_language}}",
            new: "{{defualt_language}}",
            reason: "`{{defualt_language}}` is unknown",
            mend: "did you mean `{{default_language}}`?"
        ),
        .init(
            file: "Prompts/system.md",
            old: "{{catalog}}",
            new: "",
            reason: "`{{catalog}}` stands nowhere",
            mend: "put it in"
        ),
        .init(
            file: "Prompts/stages/qualified.md",
            old: "{{/recommended}}",
            new: "",
            reason: "the template can't be read",
            mend: "close every"
        ),
        .init(
            file: "Prompts/stages/paid.md",
            old: "{{product}}",
            new: "{{> product}}",
            reason: "is not used in prompt files",
            mend: "{{name}}"
        ),
        .init(
            file: "Prompts/turn.md",
            old: "{{stage}}",
            new: "{{score}}",
            reason: "`{{score}}` is unknown",
            mend: "known are"
        ),
        .init(
            file: "Prompts/scenarios/en-budget.yaml",
            old: "- say: Hi",
            new: "- says: Hi",
            reason: "`says` is no key",
            mend: "did you mean `say`?"
        ),
        .init(
            file: "config/crset.yaml",
            old: "  default_language: pt-PT",
            new: "  default_langauge: pt-PT",
            reason: "`business.default_langauge` is no setting",
            mend: "did you mean `business.default_language`?"
        ),
    ]
}
