using SshMqttBridge.Hosting.Verbs;

// Completions of sockets run on the thread that waits for them, without a switch to the pool (docs/adr/0021). .NET reads the
// variable when the first socket is used.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

return await BridgeCommandLine.InvokeAsync(args);
