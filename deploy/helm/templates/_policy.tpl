{{/* Parts of network policies. */}}

{{/* (list $ component): head of a policy for the pods of one component. */}}
{{- define "tandem.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "tandem.component" . }}
  namespace: {{ (index . 0).Release.Namespace }}
  labels:
    {{- include "tandem.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "tandem.selector" . | nindent 6 }}
{{- end }}

{{/* (list $ component): the pods of a component as a peer. */}}
{{- define "tandem.peer" -}}
- podSelector:
    matchLabels:
      {{- include "tandem.selector" . | nindent 6 }}
{{- end }}

{{/* ($): names are resolved by the cluster's DNS only. */}}
{{- define "tandem.egressDns" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns | nindent 4 }}
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end }}

{{/* (list $ target): to a server outside of the call graph; in an evaluation the one inside the release. */}}
{{- define "tandem.egress" -}}
{{- $root := index . 0 }}
{{- $inside := get (dict "database" "postgres" "identityProviders" "identity" "nats" "nats") (index . 1) }}
{{- if and $root.Values.evaluation.enabled $inside }}
- to:
    {{- include "tandem.peer" (list $root $inside) | nindent 4 }}
  ports:
    - port: {{ get (dict "identity" 8085 "nats" 4222 "postgres" 5432) $inside }}
{{- else }}
{{- toYaml (get $root.Values.networkPolicy.egress (index . 1)) }}
{{- end }}
{{- end }}
