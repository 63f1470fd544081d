using System.Diagnostics;
using System.Reflection;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>The independent gRPC implementations in <c>tests/peers</c>: a gateway and a checking client, on Python's grpcio.</summary>
public static class Peers
{
    /// <summary>Debian's own interpreter: the one that python3-grpcio is installed for.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>Why a test that needs them is skipped where they are not.</summary>
    public const string Missing = "needs Debian's python3-grpcio, python3-protobuf, protobuf-compiler, protobuf-compiler-grpc and libprotobuf-dev; .ci/run installs them";

    /// <summary><see cref="Missing"/> where a test that needs them is skipped, else null.</summary>
    public static string? WhySkipped => System.Environment.GetEnvironmentVariable("CI") == "true" || Installed ? null : Missing;

    private static readonly Lazy<bool> s_installed = new(FindThem);

    /// <summary>Whether all that they need is on this machine.</summary>
    public static bool Installed => s_installed.Value;

    /// <summary>Where the contract is that this build was made from; the peers compile it when they start.</summary>
    public static string ProtoRoot { get; } = typeof(Peers).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "MxGatewayProtoRoot").Value!;

    /// <summary>The path of a peer's program.</summary>
    public static string Script(string name) => RepositoryRoot.PathTo("tests", "peers", name);

    /// <summary>The variables that every peer gets.</summary>
    public static Dictionary<string, string?> Environment() => new()
    {
        ["MXGATEWAY_PROTO_ROOT"] = ProtoRoot,
        // The repository's folder stays as it is.
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };

    private static bool FindThem()
    {
        if (!new[] { Python, "/usr/bin/protoc", "/usr/bin/grpc_python_plugin", "/usr/include/google/protobuf/timestamp.proto" }.All(File.Exists))
            return false;
        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", "import grpc, google.protobuf"]) { RedirectStandardError = true })!;
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0;
    }
}
