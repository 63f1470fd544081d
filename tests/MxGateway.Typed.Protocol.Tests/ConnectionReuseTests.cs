using System.Collections.Concurrent;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class ConnectionReuseTests
{
    [Fact]
    public async Task Calls_one_after_the_other_share_one_connection()
    {
        await using var server = new ScriptedHttp2Server(connection => connection.AnswerAllAsync());
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        for (int i = 0; i < 50; i++)
            Assert.Equal(Script.Reply, await transport.CallAsync());
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Calls_side_by_side_share_one_connection()
    {
        const int Count = 80;
        await using var server = new ScriptedHttp2Server(async connection =>
        {
            await connection.AnswerAsync(await connection.RequestAsync());

            // None is answered before all are here: they are under way together.
            var streams = new List<int>();
            while (streams.Count < Count)
                streams.Add(await connection.RequestAsync());
            foreach (int stream in Enumerable.Reverse(streams))
                await connection.AnswerAsync(stream);
            await connection.HoldAsync();
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await transport.CallAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => transport.CallAsync())), reply => Assert.Equal(Script.Reply, reply));
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 30)]
    [InlineData(5, 30)]
    [InlineData(10, 30)]
    public async Task Where_streams_run_out_more_connections_are_made_and_every_call_goes_through(int limit, int count)
    {
        int arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connections = new ConcurrentDictionary<string, bool>();
        await using RawServer server = await RawServer.StartAsync(
            async context =>
            {
                connections[context.Connection.Id] = true;
                OpenSessionRequest request = await ReadRequestAsync(context, OpenSessionRequest.Parser);
                if (Interlocked.Increment(ref arrived) == count)
                    all.SetResult();

                // None is answered before all are here: a call that waited for another's end would wait for ever.
                await all.Task;
                await AnswerAsync(context, new OpenSessionReply { SessionId = request.ClientSessionName });
            },
            configure: listen => listen.KestrelServerOptions.Limits.Http2.MaxStreamsPerConnection = limit);
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Task<string[]> calls = Task.WhenAll(Enumerable.Range(0, count).Select(i => CallAsync($"{i}")));
        await all.Task;
        string[] answers = await calls;

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), answers);
        Assert.InRange(connections.Count, (count + limit - 1) / limit, count);

        async Task<string> CallAsync(string name)
        {
            try
            {
                return (await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { ClientSessionName = name }, default, default)).SessionId;
            }
            catch (GrpcException e)
            {
                // The others wait for this one too.
                all.TrySetException(e);
                throw;
            }
        }
    }

    [Fact]
    public async Task Streams_that_stay_open_leave_room_for_calls()
    {
        const ushort MaxConcurrentStreams = 3;
        bool isStream = false;
        await using var server = new ScriptedHttp2Server(
            async connection =>
            {
                while (true)
                {
                    int stream = await connection.RequestAsync();
                    if (Volatile.Read(ref isStream))
                        await connection.AcceptAsync(stream);
                    else
                        await connection.AnswerAsync(stream);
                }
            },
            (MaxConcurrentStreams, 2));
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        var streams = new List<IGrpcStream<MxEvent>>();
        for (int i = 0; i < 5; i++)
        {
            Volatile.Write(ref isStream, true);
            streams.Add(transport.Events());
            await streams[^1].Headers;
            Volatile.Write(ref isStream, false);
            Assert.Equal(Script.Reply, await transport.CallAsync());
        }

        Assert.InRange(server.Connections, 3, 6);
        foreach (IGrpcStream<MxEvent> stream in streams)
            await stream.DisposeAsync();
    }
}
