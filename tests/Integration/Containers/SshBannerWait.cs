using System.Net.Sockets;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>Waits until an SSH server sends its version; the engine itself accepts connections to its port long before.</summary>
internal sealed class SshBannerWait(int port) : IWaitUntil
{
    public async Task<bool> UntilAsync(IContainer container)
    {
        try
        {
            using TcpClient client = new();
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
            await client.ConnectAsync("127.0.0.1", container.GetMappedPublicPort(port), patience.Token);
            var banner = new byte[4];
            await client.GetStream().ReadExactlyAsync(banner, patience.Token);
            return banner.AsSpan().SequenceEqual("SSH-"u8);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
