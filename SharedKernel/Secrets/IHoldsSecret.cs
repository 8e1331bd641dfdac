namespace Helpdesk.SharedKernel.Secrets;

/// <summary>A reply that shows a secret. Where it is remembered for a client's retry, it is kept encrypted.</summary>
public interface IHoldsSecret;
