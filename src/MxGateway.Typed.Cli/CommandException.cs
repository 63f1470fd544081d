namespace MxGateway.Typed.Cli;

/// <summary>Ends a command with a message for the person who ran it: what happened, with which file or endpoint, what to do.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">The cause.</param>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A command line that cannot be carried out as it stands.</summary>
/// <param name="message">What is wrong with it.</param>
internal sealed class WrongUsageException(string message) : Exception(message);
