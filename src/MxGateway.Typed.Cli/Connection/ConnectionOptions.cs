using System.CommandLine;
using System.CommandLine.Parsing;

namespace MxGateway.Typed.Cli;

/// <summary>The options of every command that talks with a gateway, the same everywhere.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The environment variable that holds the key where nothing else is said.</summary>
    public const string DefaultKeyVariable = "MXGATEWAY_API_KEY";

    private const string EndpointName = "--endpoint", PlaintextName = "--plaintext", TlsName = "--tls";

    private readonly Option<string> _endpoint = new(EndpointName)
    {
        Description = "The gateway: host:port or [IPv6]:port (TLS, unless --plaintext), or a URI, http:// for plaintext and https:// for TLS.",
        HelpName = "HOST:PORT|URI",
        Required = true,
    };

    private readonly Option<bool> _plaintext = new(PlaintextName)
    {
        Description = "Talk without TLS with HOST:PORT. Default: TLS, with the certificates that this system trusts.",
    };

    private readonly Option<bool> _tls = new(TlsName)
    {
        Description = "Talk over TLS. Default: what --endpoint says, and TLS with HOST:PORT; so this only makes sure that an http:// address is refused.",
    };

    private readonly Option<string> _caFile = new Option<string>("--ca-file")
    {
        Description = "For TLS: a PEM file with the root certificates to trust, and no others. Default: those that this system trusts.",
        HelpName = "FILE",
    }.NotEmpty("name a file, or leave the option out");

    private readonly Option<string> _serverName = new Option<string>("--server-name-override")
    {
        Description = "For TLS: the name that the server is asked for and that its certificate must have. Default: the host of --endpoint.",
        HelpName = "NAME",
    }.NotEmpty("give the name that the certificate has, or leave the option out");

    private readonly Option<bool> _anyCertificate = new("--dangerous-accept-any-certificate")
    {
        Description = "For TLS: take any certificate from anyone; whoever stands between can read the API key. For a laboratory only. "
            + "Default: the certificate is checked.",
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

    private readonly Option<string> _keyFile = new Option<string>("--api-key-file")
    {
        Description = "A file that holds the API key and nothing else. Default: the key comes from the environment.",
        HelpName = "FILE",
    }.NotEmpty("name a file");

    /// <summary>Gives the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_endpoint);
        command.Options.Add(_plaintext);
        command.Options.Add(_tls);
        command.Options.Add(_caFile);
        command.Options.Add(_serverName);
        command.Options.Add(_anyCertificate);
        command.Options.Add(_key);
        command.Options.Add(_keyVariable);
        command.Options.Add(_keyFile);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="WrongUsageException">The endpoint is none, options contradict each other, or there is no key.</exception>
    public MxGatewayOptions Read(ParseResult parsed, CliConsole console)
    {
        Uri endpoint = EndpointAddress.Parse(parsed.GetRequiredValue(_endpoint), parsed.GetValue(_plaintext), parsed.GetValue(_tls));
        DemandTls(parsed, endpoint);
        if (parsed.GetValue(_anyCertificate))
            console.WriteWarning($"the certificate of {endpoint} is not checked ({_anyCertificate.Name}): whoever stands between can read the API key");
        return new()
        {
            Endpoint = endpoint,
            ApiKey = ReadKey(parsed, console),
            CaFile = parsed.GetValue(_caFile),
            ServerNameOverride = parsed.GetValue(_serverName),
            DangerousAcceptAnyServerCertificate = parsed.GetValue(_anyCertificate),
            OptionName = NameHere,
            ClientName = CommandLine.ToolName,
        };
    }

    /// <summary>
    /// The library's advice about TLS is another address. Where the address was HOST:PORT, what helps is an option, and the message says which.
    /// </summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="parsed">The command line, of any command.</param>
    public static string InOptions(string message, ParseResult parsed)
    {
        if (parsed.GetResult(EndpointName) is not OptionResult { Tokens: [{ Value: var endpoint }] } || EndpointAddress.IsUri(endpoint))
            return message;
        bool isTlsDemanded = parsed.GetResult(TlsName) is OptionResult { Implicit: false };
        string plaintext = isTlsDemanded ? $"give {PlaintextName} in place of {TlsName}" : $"add {PlaintextName}";
        return message
            .Replace("ask for https://", $"leave out {PlaintextName}", StringComparison.Ordinal)
            .Replace("ask for http://", plaintext, StringComparison.Ordinal);
    }

    private string NameHere(string property) => property switch
    {
        nameof(MxGatewayOptions.CaFile) => _caFile.Name,
        nameof(MxGatewayOptions.ServerNameOverride) => _serverName.Name,
        nameof(MxGatewayOptions.DangerousAcceptAnyServerCertificate) => _anyCertificate.Name,
        _ => property,
    };

    // Where the certificate would be checked in another way than was asked for, nothing is tried.
    private void DemandTls(ParseResult parsed, Uri endpoint)
    {
        Option? given = ((Option[])[_caFile, _serverName, _anyCertificate]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        if (given is not null && endpoint.Scheme == Uri.UriSchemeHttp)
            throw new WrongUsageException($"{given.Name} is for TLS, and the endpoint {endpoint} is plaintext: leave one of them out");
        if (parsed.GetValue(_caFile) is not null && parsed.GetValue(_anyCertificate))
            throw new WrongUsageException($"{_caFile.Name} and {_anyCertificate.Name} contradict each other; give one of them");
        if (parsed.GetValue(_serverName) is { } name && Uri.CheckHostName(name) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            throw new WrongUsageException(
                $"the {_serverName.Name} is no host name or IP address; give the name as it stands in the certificate, without a port");
        }
    }

    private MxApiKey ReadKey(ParseResult parsed, CliConsole console)
    {
        Option[] given = [.. ((Option[])[_key, _keyVariable, _keyFile]).Where(option => parsed.GetResult(option) is { Implicit: false })];
        if (given is [var one, var other, ..])
            throw new WrongUsageException($"{one.Name} and {other.Name} contradict each other; give one of them");
        if (parsed.GetValue(_key) is { } key)
            return Key(key, _key.Name);
        if (parsed.GetValue(_keyFile) is { } file)
            return Key(ApiKeyFile.Read(file), $"the file {file}");

        string variable = parsed.GetValue(_keyVariable) ?? DefaultKeyVariable;
        return console.Environment(variable) is { Length: > 0 } value
            ? Key(value, $"the environment variable {variable}")
            : throw new WrongUsageException(
                $"there is no API key: the environment variable {variable} is not set; "
                + $"set it, or name another one with {_keyVariable.Name}, or a file with {_keyFile.Name}");
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
