using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;
using SshMqttBridge.Hosting;

namespace SshMqttBridge.Tests.Unit.Hosting;

/// <summary>scripts/test-packages runs the unit under a real systemd.</summary>
public sealed class SystemdNotificationsTests
{
    private const string Variable = "NOTIFY_SOCKET";

    [Fact]
    public void AddSystemdNotifications_GivenASocket_ShouldReportWhateverTheParentProcessIs()
    {
        var path = Path.Combine(Path.GetTempPath(), $"notify-{Environment.ProcessId}");
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.ReceiveTimeout = 10_000;
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Environment.SetEnvironmentVariable(Variable, path);
        try
        {
            using var services = new ServiceCollection().AddSystemdNotifications().BuildServiceProvider();
            services.GetRequiredService<ISystemdNotifier>().Notify(ServiceState.Ready);

            var buffer = new byte[64];
            Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer)).ShouldBe("READY=1");
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
            File.Delete(path);
        }
    }

    [Fact]
    public void AddSystemdNotifications_GivenNoSocket_ShouldReportNothing() =>
        new ServiceCollection().AddSystemdNotifications().ShouldBeEmpty();
}
