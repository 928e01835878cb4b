using SshMqttBridge.CommandLine;

// What arrives on a socket is dealt with by the thread that waits for sockets, not by another one that would have to be woken first (docs/adr/0021). .NET reads it once, with the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

return await BridgeCommandLine.InvokeAsync(args);
