using System.Buffers;
using System.Text;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// The API key, kept out of what the gateway, or a proxy before it, says. A text that repeats it is left out as a whole, also where it is percent-encoded,
/// in another case, or only the part behind the id of <c>mxgw_id_secret</c>. Only words are looked at, never a value.
/// </summary>
internal sealed class MxKeySecret
{
    // What is shorter is no secret, and harmless words would hold it.
    private const int MinLength = 8;

    private readonly SearchValues<string>? _word;
    private readonly Func<string, string> _shown;

    public MxKeySecret(MxApiKey key)
    {
        string word = SecretOf(key.Value);
        _word = word.Length < MinLength ? null : SearchValues.Create([word], StringComparison.OrdinalIgnoreCase);
        _shown = text => IsIn(text) ? MxGatewayTexts.NotShown : text;
    }

    /// <summary>
    /// A failure without the key; null where it does not repeat it. All that it says may then be of the same source, cut off in the middle of the key:
    /// of a failed call the status code is left, and of what an application's own transport throws beside, that it failed.
    /// </summary>
    /// <param name="e">The failure.</param>
    /// <param name="method">The full name of the method that was called.</param>
    public Exception? Without(Exception e, string method) => !IsIn(e) ? null : e switch
    {
        GrpcException call => new GrpcException(
            call.Method,
            call.Status with { Detail = MxGatewayTexts.NotShown },
            GrpcMetadata.From(call.Trailers.Where(entry => entry.Key == GrpcHeaders.Status && !IsIn(entry)))),
        OperationCanceledException cancelled => new OperationCanceledException(MxGatewayTexts.NotShown, cancelled.CancellationToken),
        _ => new GrpcException(method, new GrpcStatus(GrpcStatusCode.Internal, MxGatewayTexts.NotShown)),
    };

    /// <summary>Takes the texts that repeat the key out of an answer or an event.</summary>
    public void RemoveFrom<T>(T message)
    {
        if (_word is null)
            return;
        switch (message)
        {
            case Proto.MxEvent e:
                MxGatewayTexts.Replace(e, _shown);
                break;
            case Proto.MxCommandReply reply:
                MxGatewayTexts.Replace(reply, _shown);
                break;
            case Proto.OpenSessionReply opened:
                MxGatewayTexts.Replace(opened, _shown);
                break;
            case Proto.CloseSessionReply closed:
                MxGatewayTexts.Replace(closed.ProtocolStatus, _shown);
                break;
        }
    }

    // A key is mxgw_id_secret, and a gateway may well name its id. Where the id ends nobody can tell, since both may have a '_' in them: of what stands behind
    // each '_', the last that is long enough. It is in all of them that are longer.
    private static string SecretOf(string key) => key.StartsWith("mxgw_", StringComparison.Ordinal) && key.Length > MinLength
        ? key[(key[..^MinLength].LastIndexOf('_') + 1)..]
        : key;

    private bool IsIn(Exception e) => _word is not null
        && (IsIn(e.Message)
            || (e is GrpcException call && call.Trailers.Any(IsIn))
            || (e.InnerException is { } cause && (IsIn($"{cause}") || IsIn(cause))));

    private bool IsIn(KeyValuePair<string, string> trailer) => IsIn(trailer.Value) || trailer.Value.Split(',').Any(part => IsInBytes(trailer.Key, part));

    // One character a byte: what the bytes are is not known, and the key is ASCII.
    private bool IsInBytes(string name, string value) =>
        GrpcMetadata.From([new(name, value.Trim())]).GetBinary(name) is { } bytes && IsIn(Encoding.Latin1.GetString(bytes));

    private bool IsIn(string text) => _word is not null
        && (text.AsSpan().ContainsAny(_word) || (text.Contains('%', StringComparison.Ordinal) && Uri.UnescapeDataString(text).AsSpan().ContainsAny(_word)));
}
