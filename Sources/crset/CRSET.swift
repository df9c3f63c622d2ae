import ArgumentParser

@main
struct CRSET: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "crset")
}
