using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary>The options of every command that talks with a gateway, the same everywhere.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The environment variable that holds the key where nothing else is said.</summary>
    public const string DefaultKeyVariable = "MXGATEWAY_API_KEY";

    private readonly Option<string> _endpoint = new("--endpoint")
    {
        Description = "The gateway: host:port or [IPv6]:port (TLS, unless --plaintext), or a URI, http:// for plaintext and https:// for TLS.",
        HelpName = "HOST:PORT|URI",
        Required = true,
    };

    private readonly Option<bool> _plaintext = new("--plaintext")
    {
        Description = "Talk without TLS with HOST:PORT. Default: TLS, with the certificates that this system trusts.",
    };

    private readonly Option<string> _key = new("--api-key")
    {
        Description = "The API key. Other users of this machine can see it in the list of processes: prefer --api-key-env.",
        HelpName = "KEY",
    };

    private readonly Option<string> _keyVariable = new Option<string>("--api-key-env")
    {
        Description = $"The environment variable that holds the API key. Default: {DefaultKeyVariable}.",
        HelpName = "NAME",
    }.NotEmpty("name an environment variable");

    /// <summary>Gives the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_endpoint);
        command.Options.Add(_plaintext);
        command.Options.Add(_key);
        command.Options.Add(_keyVariable);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="WrongUsageException">The endpoint is none, options contradict each other, or there is no key.</exception>
    public MxGatewayOptions Read(ParseResult parsed, CliConsole console) => new()
    {
        Endpoint = EndpointAddress.Parse(parsed.GetRequiredValue(_endpoint), parsed.GetValue(_plaintext)),
        ApiKey = ReadKey(parsed, console),
        ClientName = CommandLine.ToolName,
    };

    private MxApiKey ReadKey(ParseResult parsed, CliConsole console)
    {
        string? key = parsed.GetValue(_key);
        string? variable = parsed.GetValue(_keyVariable);
        if (key is not null && variable is not null)
            throw new WrongUsageException("--api-key and --api-key-env contradict each other; give one of them");
        if (key is not null)
            return Key(key, "--api-key");

        variable ??= DefaultKeyVariable;
        return console.Environment(variable) is { Length: > 0 } value
            ? Key(value, $"the environment variable {variable}")
            : throw new WrongUsageException($"there is no API key: the environment variable {variable} is not set; set it, or name another one with --api-key-env");
    }

    private static MxApiKey Key(string value, string source)
    {
        try
        {
            return MxApiKey.From(value);
        }
        catch (ArgumentException)
        {
            throw new WrongUsageException($"{source} holds no API key: a key is printable ASCII without blanks, such as mxgw_<id>_<secret>");
        }
    }
}
