using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using MxGateway.Typed.Simulator.Hosting;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>
/// The control endpoint: HTTP/1.1 and JSON, on the loopback address only. <c>POST /faults/NAME</c> makes a fault, <c>GET /calls</c> and <c>GET /counts</c>
/// tell what clients did, <c>GET /</c> says what there is. A web page that a browser on this machine shows is kept out: it cannot leave out Origin, nor name
/// another Host.
/// </summary>
internal sealed class ControlServer(SimulatorFaults faults, SimulatorCalls calls, Func<SimulatorCounts> counts, ILogger logger)
{
    private const string WhoMayAsk = "only programs on this machine may ask, by the address 127.0.0.1 or localhost and without an Origin header";

    /// <summary>How long a request may be.</summary>
    public const int MaxBody = 64 * 1024;

    private const string FaultsPath = "/faults/";

    // The answer is read by people and programs, never put into a page.
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task<KestrelHost> StartAsync(int port, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        KestrelHost.StartAsync(
            port,
            (kestrel, listen) =>
            {
                listen.Protocols = HttpProtocols.Http1;
                kestrel.Limits.MaxRequestBodySize = MaxBody;
            },
            HandleAsync,
            loggers,
            cancellationToken);

    private async Task HandleAsync(HttpContext http)
    {
        (int status, JsonNode body) = await AnswerAsync(http.Request).ConfigureAwait(false);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString(s_json) + "\n", http.RequestAborted).ConfigureAwait(false);
    }

    private async Task<(int Status, JsonNode Body)> AnswerAsync(HttpRequest request)
    {
        try
        {
            if (request.Headers.ContainsKey("Origin") || request.Host.Host is not ("127.0.0.1" or "localhost"))
                return (StatusCodes.Status403Forbidden, Error(WhoMayAsk));

            string path = request.Path.Value ?? "";
            return (request.Method, path) switch
            {
                ("POST", _) when path.StartsWith(FaultsPath, StringComparison.Ordinal) =>
                    (StatusCodes.Status200OK, await MakeAsync(path[FaultsPath.Length..], request).ConfigureAwait(false)),
                ("GET", "/") => (StatusCodes.Status200OK, ControlAnswers.WhatThereIs()),
                ("GET", "/calls") => (StatusCodes.Status200OK, ControlAnswers.Calls(calls, request.Query["after"])),
                ("GET", "/counts") => (StatusCodes.Status200OK, ControlAnswers.Counts(counts())),
                _ => (StatusCodes.Status404NotFound, Error($"there is no {CallerText.Quote($"{request.Method} {path}")}; GET / says what there is")),
            };
        }
        catch (SimulatorFaultException exception)
        {
            return (StatusCodes.Status400BadRequest, Error(exception.Message));
        }
        catch (BadHttpRequestException exception)
        {
            bool isTooLarge = exception.StatusCode == StatusCodes.Status413PayloadTooLarge;
            return (exception.StatusCode, Error(isTooLarge ? $"a request has {MaxBody} bytes at most" : exception.Message));
        }
        catch (Exception exception) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            FaultLog.Crashed(logger, CallerText.Quote(request.Path.Value ?? ""), exception);
            return (StatusCodes.Status500InternalServerError, Error($"the simulator failed ({exception.GetType().Name}); its log says more"));
        }
    }

    private async Task<JsonNode> MakeAsync(string name, HttpRequest request)
    {
        FaultDefinition fault = FaultTable.All.FirstOrDefault(fault => fault.Name == name)
            ?? throw new SimulatorFaultException(
                $"there is no fault \"{CallerText.Quote(name)}\"; there are {string.Join(", ", FaultTable.All.Select(known => known.Name))}");
        using JsonDocument document = await ReadAsync(request).ConfigureAwait(false);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new SimulatorFaultException($"the body must be a JSON object: {fault}");
        foreach (JsonProperty field in document.RootElement.EnumerateObject())
            if (!fault.Takes(field.Name))
                throw new SimulatorFaultException($"there is no field \"{CallerText.Quote(field.Name)}\": {fault}");

        await fault.Make(faults, new FaultArguments(document.RootElement)).ConfigureAwait(false);
        FaultLog.Made(logger, fault.Name);
        return new JsonObject();
    }

    private static async Task<JsonDocument> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        if (body.Length == 0)
            return JsonDocument.Parse("{}");
        try
        {
            return JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            throw new SimulatorFaultException($"the body is not JSON: {exception.Message}");
        }
    }

    private static JsonObject Error(string message) => new() { ["error"] = message };
}
